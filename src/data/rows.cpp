#include "collapse/data/rows.hpp"

#include <cstdlib>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::data {

Rows::Rows(numerics::ByteMatrix bytes, const Vector& mean, double scale)
    : bytes_(std::move(bytes)), mean_(mean.array() - 128), scale_(scale)
{
    support::ensure(mean.size() == bytes_.rows(), "a mean has as many features as the rows");
}

Matrix Rows::values() const
{
    if (!has_bytes()) return values_;
    return scale_ * ((bytes_.cast<double>().array() - 128).matrix().colwise() - mean_);
}

/// Of bytes less 128, exactly.
Vector Rows::squared_norms() const
{
    if (!has_bytes()) return values_.colwise().squaredNorm();
    Vector norms(bytes_.cols());
    for (Index j = 0; j < bytes_.cols(); ++j) {
        const unsigned char* u = bytes_.col(j).data();
        long sum = 0;
        for (Index k = 0; k < bytes_.rows(); ++k) sum += (int{u[k]} - 128) * (int{u[k]} - 128);
        norms[j] = static_cast<double>(sum);
    }
    return norms;
}

/// mean . u of bytes less 128.
Vector Rows::along_mean() const { return (bytes_.cast<double>().array() - 128).matrix().transpose() * mean_; }

/// x.y = scale^2 (u - mean).(v - mean).
Matrix Rows::products_of(Matrix of_bytes, const Rows& others) const
{
    const Vector left = along_mean(), right = &others == this ? left : others.along_mean();
    const double mean2 = mean_.squaredNorm();
    for (Index j = 0; j < of_bytes.cols(); ++j)
        of_bytes.col(j).array() = scale_ * scale_ * (of_bytes.col(j).array() - left.array() + (mean2 - right[j]));
    return of_bytes;
}

Matrix Rows::products(const Rows& others) const
{
    if (!has_bytes()) return numerics::product_transposed(values_, others.values_);
    return products_of(numerics::byte_products(bytes_, others.bytes_), others);
}

Matrix Rows::products() const
{
    return has_bytes() ? products_of(numerics::byte_products(bytes_), *this) : numerics::gram(values_);
}

Matrix Rows::squared_distances(const Rows& others) const
{
    Matrix result =
        has_bytes() ? numerics::byte_products(bytes_, others.bytes_) : numerics::product_transposed(values_, others.values_);
    const Vector left = squared_norms(), right = others.squared_norms();
    for (Index j = 0; j < result.cols(); ++j)
        result.col(j).array() = scale_ * scale_ * (left.array() + right[j] - 2 * result.col(j).array()).max(0);
    return result;
}

Matrix Rows::squared_distances() const
{
    Matrix result = has_bytes() ? numerics::byte_products(bytes_) : numerics::gram(values_);
    const Vector norms = squared_norms();
    for (Index j = 0; j < result.cols(); ++j) {
        auto below = result.col(j).tail(result.rows() - j).array();
        below = scale_ * scale_ * (norms.tail(result.rows() - j).array() + norms[j] - 2 * below).max(0);
    }
    result.diagonal().setZero();
    return result;
}

namespace {

/// The sum over bytes is one instruction of the processor for 32 of them.
double distance(const numerics::ByteMatrix& a, Index i, const numerics::ByteMatrix& b, Index j)
{
    const unsigned char *u = a.col(i).data(), *v = b.col(j).data();
    unsigned sum = 0;
    for (Index k = 0; k < a.rows(); ++k) sum += static_cast<unsigned>(std::abs(int{u[k]} - int{v[k]}));
    return sum;
}

double distance(const Matrix& a, Index i, const Matrix& b, Index j) { return (a.col(i) - b.col(j)).lpNorm<1>(); }

template <class Columns>
Matrix distances(const Columns& a, const Columns& b, double scale, bool is_lower)
{
    Matrix result = Matrix::Zero(a.cols(), b.cols());
    for (Index j = 0; j < b.cols(); ++j)
        for (Index i = is_lower ? j : 0; i < a.cols(); ++i) result(i, j) = scale * distance(a, i, b, j);
    return result;
}

}  // namespace

Matrix Rows::absolute_distances(const Rows& others) const
{
    return has_bytes() ? distances(bytes_, others.bytes_, scale_, false) : distances(values_, others.values_, 1, false);
}

Matrix Rows::absolute_distances() const
{
    return has_bytes() ? distances(bytes_, bytes_, scale_, true) : distances(values_, values_, 1, true);
}

}  // namespace collapse::data
