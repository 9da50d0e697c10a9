#include "collapse/estimator/label_path.hpp"

#include <utility>

namespace collapse::estimator {

using support::Phase;

LabelPath::LabelPath(Design design, Meter& meter)
    : T_(design.T),
      meter_(&meter),
      tridiagonal_(meter.measure(Phase::factorisation, [&] { return numerics::Tridiagonalisation(gram(design)); })),
      directions_(std::move(design.rows))
{
    meter_->measure(Phase::factorisation, [&] { tridiagonal_.apply_from_right(directions_); });
}

Matrix LabelPath::labels(const Matrix& weights) const
{
    return meter_->measure(Phase::solves, [&] { return numerics::multiply_transposed(directions_, weights); });
}

Matrix LabelPath::relabelled(double lambda, const Matrix& labels) const
{
    return meter_->measure(Phase::solves, [&]() -> Matrix {
        Matrix solved = labels;
        tridiagonal_.solve(lambda, solved);
        return labels - lambda * solved;
    });
}

Matrix LabelPath::fit(double lambda, Matrix labels) const
{
    return meter_->measure(Phase::solves, [&] {
        tridiagonal_.solve(lambda, labels);
        return numerics::multiply(directions_, labels);
    });
}

}  // namespace collapse::estimator
