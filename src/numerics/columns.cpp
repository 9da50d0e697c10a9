#include "columns.hpp"

#include <algorithm>
#include <memory>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"
#include "column_tiles.hpp"

#ifdef COLLAPSE_AVX512
extern "C" void collapse_add_product_avx512(long m, long n, long length, const double* a, long a_rows, long a_columns,
                                            const double* b, long b_rows, long b_columns, double* c, long stride_c, double* room);
#endif

namespace collapse::numerics {

using support::ensure;

namespace {

#ifdef COLLAPSE_AVX512
bool has_avx512() { return __builtin_cpu_supports("avx512f"); }
#endif

/// C += A B for A [m x length].
void add(Index m, Index length, View a, const Eigen::Ref<const Matrix>& b, Eigen::Ref<Matrix> c)
{
    ensure(b.rows() == length && c.rows() == m && c.cols() == b.cols(), "the factors of a product fit");
    if (c.size() == 0 || length == 0) return;
    const auto room =
        std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(std::max(room_for<8, 3>(m), room_for<4, 3>(m))));
    const View right{b.data(), 1, b.outerStride()};
#ifdef COLLAPSE_AVX512
    static const bool wide = has_avx512();
    if (wide) {
        collapse_add_product_avx512(m, c.cols(), length, a.data, a.rows, a.columns, right.data, right.rows, right.columns, c.data(),
                                    c.outerStride(), room.get());
        return;
    }
#endif
    add_product_in_tiles<4, 3, 4>(m, c.cols(), length, a, right, c.data(), c.outerStride(), room.get());
}

}  // namespace

void add_product(Eigen::Ref<const Matrix> a, Eigen::Ref<const Matrix> b, Eigen::Ref<Matrix> c)
{
    add(a.rows(), a.cols(), {a.data(), 1, a.outerStride()}, b, c);
}

void add_product_transposed(Eigen::Ref<const Matrix> a, Eigen::Ref<const Matrix> b, Eigen::Ref<Matrix> c)
{
    add(a.cols(), a.rows(), {a.data(), a.outerStride(), 1}, b, c);
}

Matrix multiply(const Matrix& a, const Matrix& b)
{
    Matrix result = Matrix::Zero(a.rows(), b.cols());
    add_product(a, b, result);
    return result;
}

Matrix multiply_transposed(const Matrix& a, const Matrix& b)
{
    Matrix result = Matrix::Zero(a.cols(), b.cols());
    add_product_transposed(a, b, result);
    return result;
}

}  // namespace collapse::numerics
