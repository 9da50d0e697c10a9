#include "collapse/estimator/kernel_fit.hpp"

#include <cmath>
#include <limits>
#include <map>

#include "collapse/estimator/core_speed.hpp"
#include "collapse/numerics/band.hpp"
#include "collapse/numerics/lapack.hpp"

namespace collapse::estimator {

using support::Meter;
using support::Phase;

Matrix widened(const Matrix& columns, Index ridges)
{
    Matrix wide(columns.rows(), columns.cols() * ridges);
    for (Index k = 0; k < columns.cols(); ++k) wide.middleCols(k * ridges, ridges).colwise() = columns.col(k);
    return wide;
}

Matrix KernelFit::coefficients(const std::vector<double>& ridges, const Matrix& labels, Index groups) const
{
    const Vector root = weights_.cwiseSqrt();
    return root.asDiagonal() * solved(ridges, root.asDiagonal() * labels, groups);
}

Matrix KernelFit::fitted(const std::vector<double>& ridges, const Matrix& labels, const Matrix& coefficients) const
{
    Matrix result = labels.cols() == coefficients.cols() ? labels : widened(labels, static_cast<Index>(ridges.size()));
    for (Index c = 0; c < result.cols(); ++c)
        result.col(c).array() -=
            ridges[static_cast<std::size_t>(c) % ridges.size()] * coefficients.col(c).array() / weights_.array();
    return result;
}

namespace {

class OneRidge final : public KernelFit {
  public:
    OneRidge(Matrix scaled, Vector weights, double ridge, Meter& meter)
        : KernelFit(std::move(weights)), factor_(std::move(scaled)), meter_(&meter)
    {
        factor_.diagonal().array() += ridge;
        meter_->measure(Phase::factorisation, [&] { numerics::cholesky(factor_); });
    }

  private:
    Matrix solved(const std::vector<double>&, const Matrix& scaled, Index) const override
    {
        Matrix solution = scaled;
        meter_->measure(Phase::solves, [&] { numerics::cholesky_solve(factor_, solution); });
        return solution;
    }

    Matrix factor_;
    Meter* meter_;
};

/// S = Q B Q' with a band B: (S + ridge)^-1 = Q (B + ridge)^-1 Q'.
class EveryRidge final : public KernelFit {
  public:
    EveryRidge(Matrix scaled, Vector weights, Meter& meter)
        : KernelFit(std::move(weights)),
          meter_(&meter),
          band_(meter.measure(Phase::factorisation, [&] { return numerics::BandReduction(std::move(scaled)); }))
    {
    }

  private:
    Matrix solved(const std::vector<double>& ridges, const Matrix& scaled, Index groups) const override
    {
        return meter_->measure(Phase::solves, [&] {
            const auto count = static_cast<Index>(ridges.size());
            Matrix inner = scaled;
            band_.into(inner);
            if (inner.cols() != groups * count) inner = widened(inner, count);
            Matrix own(inner.rows(), groups);
            for (Index r = 0; r < count; ++r) {
                for (Index g = 0; g < groups; ++g) own.col(g) = inner.col(g * count + r);
                numerics::BandReduction::solve(factor_for(ridges[static_cast<std::size_t>(r)]), own);
                for (Index g = 0; g < groups; ++g) inner.col(g * count + r) = own.col(g);
            }
            band_.out_of(inner);
            return inner;
        });
    }

    const Matrix& factor_for(double ridge) const
    {
        const auto known = factors_.find(ridge);
        return known != factors_.end() ? known->second : factors_.emplace(ridge, band_.factored(ridge)).first->second;
    }

    Meter* meter_;
    numerics::BandReduction band_;
    mutable std::map<double, Matrix>
        factors_;  ///< of the band with each ridge that was asked for: later generations will ask again
};

/// S = U diag(s) U' over the directions with s > m eps max s.
class LeastNorm final : public KernelFit {
  public:
    LeastNorm(Matrix scaled, Vector weights, Meter& meter)
        : KernelFit(std::move(weights)),
          meter_(&meter),
          eigen_(meter.measure(Phase::factorisation, [&] { return numerics::eigen_decomposition(std::move(scaled)); }))
    {
        const double m = static_cast<double>(eigen_.values.size());
        least_ = m * std::numeric_limits<double>::epsilon() * eigen_.values.maxCoeff();
    }

    Matrix fitted(const std::vector<double>&, const Matrix& labels, const Matrix&) const override
    {
        const Vector root = weights_.cwiseSqrt();
        return root.cwiseInverse().asDiagonal() * apply(root.asDiagonal() * labels, false);
    }

  private:
    Matrix solved(const std::vector<double>&, const Matrix& scaled, Index) const override { return apply(scaled, true); }

    Matrix apply(const Matrix& scaled, bool inverse) const
    {
        return meter_->measure(Phase::solves, [&] {
            Matrix inner = numerics::multiply_transposed(eigen_.vectors, scaled);
            for (Index j = 0; j < inner.rows(); ++j)
                inner.row(j) *= eigen_.values[j] > least_ ? (inverse ? 1 / eigen_.values[j] : 1) : 0;
            return numerics::multiply(eigen_.vectors, inner);
        });
    }

    Meter* meter_;
    numerics::EigenDecomposition eigen_;
    double least_;
};

}  // namespace

std::shared_ptr<const KernelFit> kernel_fit(Matrix gram, const Vector& weights, KernelWay way, double ridge, Meter& meter)
{
    const Vector root = weights.cwiseSqrt();
    for (Index j = 0; j < gram.cols(); ++j)
        gram.col(j).tail(gram.rows() - j).array() *= root[j] * root.tail(gram.rows() - j).array();
    switch (way) {
        case KernelWay::one_ridge: return std::make_shared<OneRidge>(std::move(gram), weights, ridge, meter);
        case KernelWay::every_ridge: return std::make_shared<EveryRidge>(std::move(gram), weights, meter);
        case KernelWay::least_norm: break;
    }
    return std::make_shared<LeastNorm>(std::move(gram), weights, meter);
}

double kernel_fit_seconds(double m, KernelWay way)
{
    const double cube = m * m * m;
    switch (way) {
        case KernelWay::one_ridge: return cube / 3 * core_speed::cholesky;
        case KernelWay::every_ridge: return cube * 4.0 / 3 * core_speed::band_reduction;
        case KernelWay::least_norm: break;
    }
    return 5 * cube * core_speed::eigenvectors;
}

/// Divide and conquer has two more matrices to work with; a band is kept beside its reflectors, and its factor for each ridge.
double kernel_fit_bytes(double m, KernelWay way, double ridges)
{
    switch (way) {
        case KernelWay::one_ridge: return 8 * m * m;
        case KernelWay::every_ridge: return 8 * m * (m + (2 + ridges) * numerics::BandReduction::width);
        case KernelWay::least_norm: break;
    }
    return 8 * m * (3 * m + 8);
}

}  // namespace collapse::estimator
