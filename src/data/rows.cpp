#include "collapse/data/rows.hpp"

#include <algorithm>
#include <cstdlib>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::data {

namespace {

/// Of bytes less 128.
double squared_norm(const unsigned char* u, Index count)
{
    constexpr Index most = 1 << 16;  // whose squares, of at most 2^14, fit into 32 bits
    double sum = 0;
    for (Index first = 0; first < count; first += most) {
        int part = 0;
        for (Index k = first; k < std::min(first + most, count); ++k) part += (int{u[k]} - 128) * (int{u[k]} - 128);
        sum += part;
    }
    return sum;
}

}  // namespace

Rows::Rows(Matrix values) : values_(std::move(values)), squared_norms_(values_.colwise().squaredNorm()) {}

Rows::Rows(numerics::ByteMatrix bytes, const Vector& mean, double scale)
    : bytes_(std::move(bytes)), squared_norms_(bytes_.cols()), mean_(mean.array() - 128), scale_(scale)
{
    support::ensure(mean.size() == bytes_.rows(), "a mean has as many features as the rows");
    for (Index j = 0; j < bytes_.cols(); ++j) squared_norms_[j] = squared_norm(bytes_.col(j).data(), bytes_.rows());
}

Matrix Rows::values() const
{
    if (!has_bytes()) return values_;
    return scale_ * ((bytes_.cast<double>().array() - 128).matrix().colwise() - mean_);
}

Vector Rows::along_mean() const
{
    if (!has_bytes()) return Vector::Zero(values_.cols());
    return (bytes_.cast<double>().array() - 128).matrix().transpose() * mean_;
}

namespace {

/// Whatever was not made column by column.
Matrix with_each(Matrix values, const EachColumn& each, bool is_lower)
{
    for (Index j = 0; j < values.cols(); ++j) each(j, values.col(j).tail(values.rows() - (is_lower ? j : 0)));
    return values;
}

}  // namespace

Matrix Rows::raw_products(const Rows& others, const EachColumn& each) const
{
    return has_bytes() ? numerics::byte_products(bytes_, others.bytes_, each)
                       : with_each(numerics::product_transposed(values_, others.values_), each, false);
}

Matrix Rows::raw_products(const EachColumn& each) const
{
    return has_bytes() ? numerics::byte_products(bytes_, each) : with_each(numerics::gram(values_), each, true);
}

/// x.y = scale^2 (u - mean).(v - mean), or of numbers themselves.
EachColumn Rows::products_then(const Rows& others, const EachColumn& each) const
{
    const Vector left = along_mean(), right = &others == this ? left : others.along_mean();
    const double square = scale_ * scale_, mean2 = mean_.squaredNorm();
    return [=](Index j, Eigen::Ref<Vector> column) {
        column.array() = square * (column.array() - left.tail(column.size()).array() + (mean2 - right[j]));
        if (each) each(j, column);
    };
}

/// |x - y|^2 = scale^2 (|u|^2 + |v|^2 - 2 u.v).
EachColumn Rows::distances_then(const Rows& others, const EachColumn& each) const
{
    return [this, &others, &each, square = scale_ * scale_](Index j, Eigen::Ref<Vector> column) {
        const auto left = squared_norms_.tail(column.size()).array();
        column.array() = square * (left + others.squared_norms_[j] - 2 * column.array()).max(0);
        if (each) each(j, column);
    };
}

Matrix Rows::products(const Rows& others, const EachColumn& each) const
{
    return raw_products(others, products_then(others, each));
}

Matrix Rows::products(const EachColumn& each) const { return raw_products(products_then(*this, each)); }

Matrix Rows::squared_distances(const Rows& others, const EachColumn& each) const
{
    return raw_products(others, distances_then(others, each));
}

/// A row is at no distance from itself, however its products are rounded.
Matrix Rows::squared_distances(const EachColumn& each) const
{
    return raw_products(distances_then(*this, [&](Index j, Eigen::Ref<Vector> column) {
        column[0] = 0;
        if (each) each(j, column);
    }));
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
Matrix distances(const Columns& a, const Columns& b, double scale, bool is_lower, const EachColumn& each)
{
    Matrix result = Matrix::Zero(a.cols(), b.cols());
    for (Index j = 0; j < b.cols(); ++j) {
        const Index top = is_lower ? j : 0;
        for (Index i = top; i < a.cols(); ++i) result(i, j) = scale * distance(a, i, b, j);
        if (each) each(j, result.col(j).tail(a.cols() - top));
    }
    return result;
}

}  // namespace

Matrix Rows::absolute_distances(const Rows& others, const EachColumn& each) const
{
    return has_bytes() ? distances(bytes_, others.bytes_, scale_, false, each) : distances(values_, others.values_, 1, false, each);
}

Matrix Rows::absolute_distances(const EachColumn& each) const
{
    return has_bytes() ? distances(bytes_, bytes_, scale_, true, each) : distances(values_, values_, 1, true, each);
}

}  // namespace collapse::data
