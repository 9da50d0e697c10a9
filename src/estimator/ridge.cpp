#include "collapse/estimator/ridge.hpp"

#include <utility>

#include "collapse/support/failure.hpp"

namespace collapse::estimator {

using support::Phase;

RidgeFit::RidgeFit(Design design, Ridges ridges, Meter& meter)
    : design_(std::move(design)),
      ridges_(ridges),
      meter_(&meter),
      gram_(meter.measure(Phase::factorisation, [&] { return gram(design_); }))
{
}

const Matrix& RidgeFit::factor_for(double ridge) const
{
    if (const auto known = factors_.find(ridge); known != factors_.end()) return known->second;
    support::ensure(ridges_ != Ridges::one || factors_.empty(), "a fit for one ridge is asked for no other");
    if (ridges_ == Ridges::each_once) factors_.clear();
    return meter_->measure(Phase::factorisation, [&]() -> const Matrix& {
        Matrix factor = ridges_ == Ridges::one ? std::move(gram_) : gram_;
        factor.diagonal().array() += ridge;
        numerics::cholesky(factor);
        return factors_.emplace(ridge, std::move(factor)).first->second;
    });
}

Matrix RidgeFit::labels(const Matrix& weights) const
{
    return meter_->measure(Phase::solves, [&] { return numerics::multiply_transposed(design_.rows, weights); });
}

Matrix RidgeFit::solved(double ridge, Matrix labels) const
{
    const Matrix& factor = factor_for(ridge);
    meter_->measure(Phase::solves, [&] { numerics::cholesky_solve(factor, labels); });
    return labels;
}

Matrix RidgeFit::weights(const Matrix& solved) const
{
    return meter_->measure(Phase::solves, [&] { return numerics::multiply(design_.rows, solved); });
}

Matrix RidgeFit::relabelled(double ridge, const Matrix& labels) const
{
    if (ridge == 0) return labels;
    return labels - ridge * solved(ridge, labels);
}

RidgePath::RidgePath(Design design, Meter& meter)
    : T_(design.T),
      meter_(&meter),
      tridiagonal_(meter.measure(Phase::factorisation, [&] { return numerics::Tridiagonalisation(gram(design)); })),
      directions_(std::move(design.rows))
{
    meter_->measure(Phase::factorisation, [&] { tridiagonal_.apply_from_right(directions_); });
}

Matrix RidgePath::labels(const Matrix& weights) const
{
    return meter_->measure(Phase::solves, [&] { return numerics::multiply_transposed(directions_, weights); });
}

Matrix RidgePath::solved(double lambda, Matrix labels) const
{
    meter_->measure(Phase::solves, [&] { tridiagonal_.solve(lambda, labels); });
    return labels;
}

Matrix RidgePath::weights(const Matrix& solved) const
{
    return meter_->measure(Phase::solves, [&] { return numerics::multiply(directions_, solved); });
}

Matrix RidgePath::relabelled(double lambda, const Matrix& labels) const
{
    return meter_->measure(Phase::solves, [&]() -> Matrix {
        Matrix solved = labels;
        tridiagonal_.solve(lambda, solved);
        return labels - lambda * solved;
    });
}

RidgeBand::RidgeBand(Design design, Meter& meter)
    : design_(std::move(design)),
      meter_(&meter),
      band_(meter.measure(Phase::factorisation, [&] { return numerics::BandReduction(gram(design_)); }))
{
}

Matrix RidgeBand::labels(const Matrix& weights) const
{
    return meter_->measure(Phase::solves, [&] {
        Matrix labels = numerics::multiply_transposed(design_.rows, weights);
        band_.into(labels);
        return labels;
    });
}

Matrix RidgeBand::solved(double lambda, Matrix labels) const
{
    meter_->measure(Phase::solves, [&] { band_.solve(lambda, labels); });
    return labels;
}

Matrix RidgeBand::weights(const Matrix& solved) const
{
    return meter_->measure(Phase::solves, [&] {
        Matrix coordinates = solved;
        band_.out_of(coordinates);
        return numerics::multiply(design_.rows, coordinates);
    });
}

Matrix RidgeBand::relabelled(double lambda, const Matrix& labels) const { return labels - lambda * solved(lambda, labels); }

}  // namespace collapse::estimator
