#include "collapse/estimator/lanes.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/estimator/drawn_rows.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

LaneMatrix::LaneMatrix(Index rows, Index columns)
    : rows_(rows),
      columns_(columns),
      stride_((columns + tile - 1) / tile * tile),
      values_(static_cast<std::size_t>(rows * stride_), Lanes::Zero())
{
}

void LaneMatrix::put(Index lane, const Eigen::Ref<const Matrix>& matrix, Index first_column)
{
    for (Index j = 0; j < matrix.cols(); ++j)
        for (Index i = 0; i < matrix.rows(); ++i) (*this)(i, first_column + j)[lane] = matrix(i, j);
}

void LaneMatrix::add(Index column, double share, const LaneMatrix& other, Index of_column)
{
    for (Index i = 0; i < rows_; ++i) (*this)(i, column) += share * other(i, of_column);
}

bool LaneMatrix::same(Index column, Index other) const
{
    for (Index i = 0; i < rows_; ++i)
        if (((*this)(i, column) != (*this)(i, other)).any()) return false;
    return true;
}

namespace {

constexpr Index tile = LaneMatrix::tile;

/// The first entries of a tile of columns of row i, which are next to each other.
Lanes* tile_of(LaneMatrix& matrix, Index i, Index j) { return &matrix(i, j); }
const Lanes* tile_of(const LaneMatrix& matrix, Index i, Index j) { return &matrix(i, j); }

/// sum[c] += a b[c] for a tile.
void add_to(Lanes (&sum)[tile], const Lanes& a, const Lanes* b)
{
    for (Index c = 0; c < tile; ++c) sum[c] += a * b[c];
}

void subtract_from(Lanes (&sum)[tile], const Lanes& a, const Lanes* b)
{
    for (Index c = 0; c < tile; ++c) sum[c] -= a * b[c];
}

/// C [rows x .] with c_ij the sum of a(i, k) b_kj over first(i) <= k < last(i).
template <class Factor, class First, class Last>
LaneMatrix sums(Index rows, Factor&& a, const LaneMatrix& b, First&& first, Last&& last)
{
    LaneMatrix result(rows, b.columns());
    for (Index j = 0; j < b.columns(); j += tile)
        for (Index i = 0; i < rows; ++i) {
            Lanes sum[tile];
            std::fill_n(sum, tile, Lanes::Zero());
            for (Index k = first(i); k < last(i); ++k) add_to(sum, a(i, k), tile_of(b, k, j));
            std::copy_n(sum, tile, tile_of(result, i, j));
        }
    return result;
}

}  // namespace

LaneMatrix product(const LaneMatrix& a, const LaneMatrix& b, bool lower)
{
    return sums(
        a.rows(), a, b, [](Index) { return Index{0}; },
        [&](Index i) { return lower ? std::min(i + 1, a.columns()) : a.columns(); });
}

LaneMatrix transposed_product(const LaneMatrix& a, const LaneMatrix& b, bool lower)
{
    return sums(
        a.columns(), [&](Index i, Index k) -> const Lanes& { return a(k, i); }, b, [&](Index i) { return lower ? i : Index{0}; },
        [&](Index) { return a.rows(); });
}

void add_gram(LaneMatrix& sum, const LaneMatrix& a)
{
    for (Index j = 0; j < a.columns(); j += tile)
        for (Index i = j; i < a.columns(); ++i) {
            Lanes entries[tile];
            std::copy_n(tile_of(sum, i, j), tile, entries);
            for (Index k = 0; k < a.rows(); ++k) add_to(entries, a(k, i), tile_of(a, k, j));
            std::copy_n(entries, tile, tile_of(sum, i, j));
        }
}

LaneMatrix lower_outer_product(const LaneMatrix& a)
{
    LaneMatrix result(a.rows(), a.rows());
    for (Index i = 0; i < a.rows(); ++i)
        for (Index j = 0; j <= i; ++j) {
            Lanes sum = Lanes::Zero();
            for (Index k = 0; k <= j; ++k) sum += a(i, k) * a(j, k);
            result(i, j) = sum;
        }
    return result;
}

void cholesky(LaneMatrix& symmetric, double shift)
{
    LaneMatrix& L = symmetric;
    const Index n = L.rows();
    for (Index j = 0; j < n; ++j) {
        Lanes pivot = L(j, j) + shift;
        for (Index k = 0; k < j; ++k) pivot -= L(j, k) * L(j, k);
        const Lanes root = pivot.sqrt(), inverse = root.inverse();
        L(j, j) = root;
        for (Index i = j + 1; i < n; ++i) {
            Lanes entry = L(i, j);
            for (Index k = 0; k < j; ++k) entry -= L(i, k) * L(j, k);
            L(i, j) = entry * inverse;
        }
    }
}

void solve_lower(const LaneMatrix& factor, LaneMatrix& right)
{
    for (Index j = 0; j < right.columns(); j += tile)
        for (Index i = 0; i < right.rows(); ++i) {
            Lanes entries[tile];
            std::copy_n(tile_of(right, i, j), tile, entries);
            for (Index k = 0; k < i; ++k) subtract_from(entries, factor(i, k), tile_of(right, k, j));
            const Lanes inverse = factor(i, i).inverse();
            for (Index c = 0; c < tile; ++c) tile_of(right, i, j)[c] = entries[c] * inverse;
        }
}

void solve_upper(const LaneMatrix& factor, LaneMatrix& right)
{
    for (Index j = 0; j < right.columns(); j += tile)
        for (Index i = right.rows() - 1; i >= 0; --i) {
            Lanes entries[tile];
            std::copy_n(tile_of(right, i, j), tile, entries);
            for (Index k = i + 1; k < right.rows(); ++k) subtract_from(entries, factor(k, i), tile_of(right, k, j));
            const Lanes inverse = factor(i, i).inverse();
            for (Index c = 0; c < tile; ++c) tile_of(right, i, j)[c] = entries[c] * inverse;
        }
}

namespace {

/// `count` rows of entries in every lane [count x d].
LaneMatrix drawn(const EntrySource& entries, std::span<rng::Engine> engines, Index d, Index count)
{
    LaneMatrix rows(count, d);
    std::vector<double> buffer(static_cast<std::size_t>(d * count));
    for (std::size_t lane = 0; lane < engines.size(); ++lane) {
        entries(engines[lane], buffer);
        const double* next = buffer.data();
        for (Index i = 0; i < count; ++i)
            for (Index j = 0; j < d; ++j) rows(i, j)[static_cast<Index>(lane)] = *next++;
    }
    return rows;
}

/// L of L L' = Z' Z for T >= d rows, as drawn_design() makes it, and the lanes in which that would cost digits.
struct Triangles {
    LaneMatrix lower;
    std::vector<Index> poor;
};

Triangles triangles(const EntrySource& entries, std::span<rng::Engine> engines, Index d, Index T)
{
    Triangles result{LaneMatrix(d, d), {}};
    const Index together = rows_together(d);
    for (Index before = 0; before < T; before += together)
        add_gram(result.lower, drawn(entries, engines, d, std::min(together, T - before)));
    cholesky(result.lower);
    Lanes least = result.lower(0, 0), most = least;
    for (Index i = 1; i < d; ++i) {
        least = (result.lower(i, i) < least).select(result.lower(i, i), least);
        most = (result.lower(i, i) > most).select(result.lower(i, i), most);
    }
    for (Index lane = 0; lane < static_cast<Index>(engines.size()); ++lane) {
        bool good = least[lane] > least_pivot * most[lane];
        for (Index i = 0; good && i < d; ++i) good = std::isfinite(result.lower(i, i)[lane]);
        if (!good) result.poor.push_back(lane);
    }
    return result;
}

}  // namespace

LaneMatrix designs(const Covariates& covariates, std::span<rng::Engine> engines, const Vector& eigenvalues, Index T,
                   const problem::Choices& choices)
{
    const Index d = eigenvalues.size(), m = std::min(T, d);
    const Vector scale = (eigenvalues.array() / static_cast<double>(T)).sqrt();
    const EntrySource entries = covariates.entries(choices);
    LaneMatrix rows(d, m);
    if (!entries) {
        for (std::size_t lane = 0; lane < engines.size(); ++lane)
            rows.put(static_cast<Index>(lane), covariates.design(engines[lane], eigenvalues, T, choices).rows);
        return rows;
    }
    if (T < d || T == 1) {
        const LaneMatrix Z = drawn(entries, engines, d, T);
        for (Index i = 0; i < d; ++i)
            for (Index j = 0; j < T; ++j) rows(i, j) = scale[i] * Z(j, i);
        return rows;
    }
    const std::vector<rng::Engine> start(engines.begin(), engines.end());
    const Triangles found = triangles(entries, engines, d, T);
    for (Index i = 0; i < d; ++i)
        for (Index j = 0; j <= i; ++j) rows(i, j) = scale[i] * found.lower(i, j);
    for (const Index lane : found.poor) {
        rng::Engine again = start[static_cast<std::size_t>(lane)];
        rows.put(lane, covariates.design(again, eigenvalues, T, choices).rows);
    }
    return rows;
}

LaneMatrix least_squares_noises(const Covariates& covariates, std::span<rng::Engine> engines, const Vector& eigenvalues, Index T,
                                Index copies, const problem::Choices& choices)
{
    const Index d = eigenvalues.size();
    const EntrySource entries = covariates.entries(choices);
    const Vector inverse_root = eigenvalues.array().rsqrt();
    LaneMatrix result(d, copies);
    for (Index copy = 0; copy < copies; ++copy) {
        if (!entries || T == 1) {
            for (std::size_t lane = 0; lane < engines.size(); ++lane)
                result.put(static_cast<Index>(lane), covariates.least_squares_noise(engines[lane], eigenvalues, T, choices), copy);
            continue;
        }
        // With X = Z S^1/2 and Z' Z = L L': B' w = z / sqrt(T) is L' S^1/2 w = z.
        std::vector<rng::Engine> start(engines.begin(), engines.end());
        const Triangles found = triangles(entries, engines, d, T);
        LaneMatrix noise(d, 1);
        Vector unit(d);
        for (std::size_t lane = 0; lane < engines.size(); ++lane) {
            rng::fill_normal(engines[lane], {unit.data(), static_cast<std::size_t>(d)});
            noise.put(static_cast<Index>(lane), unit);
        }
        solve_upper(found.lower, noise);
        for (Index i = 0; i < d; ++i) result(i, copy) = inverse_root[i] * noise(i, 0);
        for (const Index lane : found.poor) {
            rng::Engine& again = start[static_cast<std::size_t>(lane)];
            result.put(lane, covariates.least_squares_noise(again, eigenvalues, T, choices), copy);
            engines[static_cast<std::size_t>(lane)] = again;
        }
    }
    return result;
}

}  // namespace collapse::estimator
