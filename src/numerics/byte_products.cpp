#include "collapse/numerics/byte_products.hpp"

#include <algorithm>

#include "collapse/support/failure.hpp"

extern "C" void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*, const float*, const int*,
                       const float*, const int*, const float*, float*, const int*);

namespace collapse::numerics {

namespace {

constexpr Index most_features = 1024;  ///< of which sums of products are exact
constexpr Index panel = 128;           ///< columns whose products are in memory twice

Eigen::MatrixXf centred(const ByteMatrix& bytes) { return bytes.cast<float>().array() - 128; }

/// The products of some columns of b with those of a from `first` on.
void multiply_panel(const Eigen::MatrixXf& a, Index first, const Eigen::MatrixXf& b, Index column, Matrix& result)
{
    constexpr float one = 1, zero = 0;
    const Index wide = std::min(panel, b.cols() - column);
    const int rows = static_cast<int>(a.cols() - first), columns = static_cast<int>(wide), stride = static_cast<int>(a.rows());
    Eigen::MatrixXf part(rows, columns);
    for (Index feature = 0; feature < a.rows(); feature += most_features) {
        const int inner = static_cast<int>(std::min(most_features, a.rows() - feature));
        sgemm_("T", "N", &rows, &columns, &inner, &one, &a(feature, first), &stride, &b(feature, column), &stride, &zero,
               part.data(), &rows);
        result.block(first, column, rows, columns) += part.cast<double>();
    }
}

}  // namespace

Matrix byte_products(const ByteMatrix& a, const ByteMatrix& b)
{
    support::ensure(a.rows() == b.rows(), "the factors of a product fit");
    const Eigen::MatrixXf left = centred(a), right = centred(b);
    Matrix result = Matrix::Zero(a.cols(), b.cols());
    for (Index column = 0; column < b.cols() && a.size() > 0; column += panel) multiply_panel(left, 0, right, column, result);
    return result;
}

Matrix byte_products(const ByteMatrix& a)
{
    const Eigen::MatrixXf columns = centred(a);
    Matrix result = Matrix::Zero(a.cols(), a.cols());
    for (Index column = 0; column < a.cols() && a.size() > 0; column += panel)
        multiply_panel(columns, column, columns, column, result);
    return result;
}

}  // namespace collapse::numerics
