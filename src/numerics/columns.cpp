#include "collapse/numerics/lapack.hpp"

#include <algorithm>
#include <memory>

#include "collapse/support/failure.hpp"
#include "column_tiles.hpp"

#ifdef COLLAPSE_AVX512
extern "C" void collapse_add_product_avx512(long m, long n, long length, const double* a, long a_rows, long a_columns,
                                            const double* b, long b_rows, long b_columns, double* c, double* room);
#endif

namespace collapse::numerics {

using support::ensure;

namespace {

#ifdef COLLAPSE_AVX512
bool has_avx512() { return __builtin_cpu_supports("avx512f"); }
#endif

/// A B for A [m x length], B [length x n].
Matrix in_tiles(Index m, Index n, Index length, View a, View b)
{
    Matrix result = Matrix::Zero(m, n);
    if (result.size() == 0 || length == 0) return result;
    const auto room =
        std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(std::max(room_for<8, 3>(m), room_for<4, 3>(m))));
#ifdef COLLAPSE_AVX512
    static const bool wide = has_avx512();
    if (wide) {
        collapse_add_product_avx512(m, n, length, a.data, a.rows, a.columns, b.data, b.rows, b.columns, result.data(), room.get());
        return result;
    }
#endif
    add_product_in_tiles<4, 3, 4>(m, n, length, a, b, result.data(), room.get());
    return result;
}

}  // namespace

Matrix multiply(const Matrix& a, const Matrix& b)
{
    ensure(b.rows() == a.cols(), "the factors of a product fit");
    return in_tiles(a.rows(), b.cols(), b.rows(), {a.data(), 1, a.rows()}, {b.data(), 1, b.rows()});
}

Matrix multiply_transposed(const Matrix& a, const Matrix& b)
{
    ensure(b.rows() == a.rows(), "the factors of a product fit");
    return in_tiles(a.cols(), b.cols(), b.rows(), {a.data(), a.rows(), 1}, {b.data(), 1, b.rows()});
}

}  // namespace collapse::numerics
