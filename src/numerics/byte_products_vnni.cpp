// Compiled for AVX-512 VNNI (src/CMakeLists.txt): called only where the processor has it.
#include <immintrin.h>

namespace {

using Index = long;

constexpr Index together = 4;  ///< features, whose bytes lie side by side in a number of 32 bits
constexpr Index lanes = 16;    ///< such numbers in a register
constexpr Index rows_of_a_panel = 2 * lanes;

/// Adds to each of sixteen sums the products of four bytes without and with a sign. The intrinsic is the same, but GCC 12 copies the
/// sums to and fro for it, which takes half as long again.
inline void add_products(__m512i& sums, __m512i without, __m512i with)
{
    asm("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(without), "v"(with));
}

/// c [32 x columns] += a' b - offsets for a packed panel of bytes without a sign and columns b with one.
template <int columns>
inline void tile(Index length, const unsigned char* a, const signed char* b, Index stride_b, const int* offsets, Index rows,
                 double* c, Index stride_c)
{
    __m512i sum[columns][2];
#pragma GCC unroll 8  // or GCC 12 leaves the sums in memory
    for (int j = 0; j < columns; ++j) sum[j][0] = sum[j][1] = _mm512_set1_epi32(-offsets[j]);
    for (Index k = 0; k < length; k += together) {
        const __m512i upper = _mm512_loadu_si512(a + k * rows_of_a_panel);
        const __m512i lower = _mm512_loadu_si512(a + k * rows_of_a_panel + together * lanes);
#pragma GCC unroll 8
        for (int j = 0; j < columns; ++j) {
            int four = 0;
            __builtin_memcpy(&four, b + j * stride_b + k, sizeof four);
            const __m512i right = _mm512_set1_epi32(four);
            add_products(sum[j][0], upper, right);
            add_products(sum[j][1], lower, right);
        }
    }
    int found[columns][rows_of_a_panel];
#pragma GCC unroll 8
    for (int j = 0; j < columns; ++j) {
        _mm512_storeu_si512(found[j], sum[j][0]);
        _mm512_storeu_si512(found[j] + lanes, sum[j][1]);
    }
    for (int j = 0; j < columns; ++j)
        for (Index i = 0; i < (rows < rows_of_a_panel ? rows : rows_of_a_panel); ++i) c[j * stride_c + i] += found[j][i];
}

}  // namespace

/// c [rows x columns] += (a - 128)' (b - 128) for `length` features, a multiple of four: a in panels of 32 rows, one every stride_a
/// bytes, which have four bytes of a row beside those of the next; b - 128 as bytes with a sign, and 128 times the sum of each of its
/// columns.
extern "C" void collapse_add_byte_products_vnni(long rows, long columns, long length, const unsigned char* a, long stride_a,
                                                const signed char* b, long stride_b, const int* offsets, double* c, long stride_c)
{
    for (Index i = 0; i < rows; i += rows_of_a_panel) {
        const unsigned char* const panel = a + i / rows_of_a_panel * stride_a;
        Index j = 0;
        for (; j + 8 <= columns; j += 8)
            tile<8>(length, panel, b + j * stride_b, stride_b, offsets + j, rows - i, c + j * stride_c + i, stride_c);
        for (; j < columns; ++j)
            tile<1>(length, panel, b + j * stride_b, stride_b, offsets + j, rows - i, c + j * stride_c + i, stride_c);
    }
}
