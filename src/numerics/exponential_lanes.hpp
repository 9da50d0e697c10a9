#pragma once

// Included by one source for each set of vector instructions, hence free of everything but pointers.
namespace {

/// exp(factor x) in place of every x, `lanes` at once. exp(y) = 2^n exp(r) with |r| <= log(2) / 2, whose Taylor series ends with r^13 (what
/// is left out is 4e-18).
template <int lanes>
inline void exponentiate_in_lanes(long count, double* x, double factor)
{
    using Vector [[gnu::vector_size(lanes * 8), gnu::aligned(8), gnu::may_alias]] = double;
    using Whole [[gnu::vector_size(lanes * 8), gnu::aligned(8), gnu::may_alias]] = long long;
    constexpr double log2e = 1.4426950408889634;
    constexpr double upper = 0x1.62e4p-1, lower = 0x1.7f7d1cf79abcap-20;  // log(2) in two pieces: n times the first is exact
    constexpr double large = 0x1.8p52;  // whose last bits are the whole number that was added to it
    constexpr double inverse_factorials[] = {
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
        1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       1.0 / 2,      1.0,         1.0};
    const Vector none{}, least = none - 708;
    for (long first = 0; first < count; first += lanes) {
        double edge[lanes] = {};
        const bool is_edge = count - first < lanes;
        for (long i = first; i < count && is_edge; ++i) edge[i - first] = x[i];
        Vector& some = *reinterpret_cast<Vector*>(is_edge ? edge : x + first);
        const Vector wanted = some * factor, y = wanted < least ? least : wanted;
        const Vector shifted = y * log2e + large, n = shifted - large;
        const Vector r = (y - n * upper) - n * lower;
        Vector sum = none + inverse_factorials[0];
        for (int k = 1; k < 14; ++k) sum = sum * r + inverse_factorials[k];
        const Whole power = (__builtin_bit_cast(Whole, shifted) + 1023) << 52;
        some = wanted < least ? none : sum * __builtin_bit_cast(Vector, power);
        for (long i = first; i < count && is_edge; ++i) x[i] = edge[i - first];
    }
}

}  // namespace
