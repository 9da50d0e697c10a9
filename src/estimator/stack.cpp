#include "collapse/estimator/stack.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "collapse/estimator/cost.hpp"
#include "collapse/estimator/ridge.hpp"
#include "collapse/numerics/band.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

using support::Phase;

Stack::Stack(Index d, Meter& meter) : meter_(&meter), rows_(d, 0) {}

void Stack::add(Design block, double weight)
{
    support::ensure(weight > 0 && block.rows.rows() == rows_.rows(), "a block has a weight and the dimension of its stack");
    last_ = std::move(block);
    weight_ = weight;
    const Index d = rows_.rows(), before = rows_.cols(), added = last_.rows.cols();
    if (just_dropped_) rows_.resize(d, 0);
    just_dropped_ = false;
    meter_->measure(Phase::factorisation, [&] {
        if (keeps_rows() && before + added <= d) {
            rows_.conservativeResize(Eigen::NoChange, before + added);
            rows_.rightCols(added) = std::sqrt(weight_) * last_.rows;
            return;
        }
        if (keeps_rows()) {
            second_moment_ = numerics::gram(rows_.transpose());
            just_dropped_ = true;
        }
        second_moment_ += weight_ * numerics::gram(last_.rows.transpose());
    });
}

Matrix Stack::labels(const Matrix& weights) const
{
    return meter_->measure(Phase::solves, [&] { return numerics::multiply_transposed(last_.rows, weights); });
}

Matrix Stack::extended(const Matrix& right_hand_sides, const Matrix& labels) const
{
    return meter_->measure(Phase::solves, [&]() -> Matrix {
        if (keeps_rows()) {
            Matrix result(right_hand_sides.rows() + labels.rows(), labels.cols());
            result.topRows(right_hand_sides.rows()) = right_hand_sides;
            result.bottomRows(labels.rows()) = std::sqrt(weight_) * labels;
            return result;
        }
        Matrix result = numerics::multiply(last_.rows, weight_ * labels);
        if (right_hand_sides.rows() > 0) result += just_dropped_ ? numerics::multiply(rows_, right_hand_sides) : right_hand_sides;
        return result;
    });
}

namespace {

using ColumnsOf = std::map<double, std::vector<Index>>;  ///< by ridge

template <class Reduced>
void solve_each(const Reduced& reduced, const ColumnsOf& columns, Matrix& x)
{
    for (const auto& [ridge, numbers] : columns) {
        Matrix own = x(Eigen::all, numbers);
        reduced.solve(ridge, own);
        x(Eigen::all, numbers) = own;
    }
}

/// x = Q (H + ridge)^-1 Q' y in place, K = Q H Q' with H of three diagonals or, for many rows, a band.
void solve_at_once(const Matrix& K, const ColumnsOf& columns, Matrix& x, Meter& meter)
{
    if (K.rows() >= RidgeBand::band_from) {
        const auto band = meter.measure(Phase::factorisation, [&] { return numerics::BandReduction(K); });
        meter.measure(Phase::solves, [&] {
            band.into(x);
            solve_each(band, columns, x);
            band.out_of(x);
        });
        return;
    }
    Matrix Q = Matrix::Identity(K.rows(), K.rows());
    const auto tridiagonal = meter.measure(Phase::factorisation, [&] {
        numerics::Tridiagonalisation result(K);
        result.apply_from_right(Q);
        return result;
    });
    meter.measure(Phase::solves, [&] {
        x = numerics::multiply_transposed(Q, x);
        solve_each(tridiagonal, columns, x);
        x = numerics::multiply(Q, x);
    });
}

}  // namespace

/// 1. the smaller Gram matrix K: R' R or S
/// 2. x = (K + ridge)^-1 y, for all ridges at once or, without ridge in any case, for each by itself
/// 3. w = R x, or x itself
Matrix Stack::fit(const std::vector<double>& ridges, const Matrix& right_hand_sides, Factorisation factorisation) const
{
    ColumnsOf at_once, apart;
    for (Index j = 0; j < right_hand_sides.cols(); ++j) {
        const double ridge = ridges[static_cast<std::size_t>(j) % ridges.size()];
        (ridge == 0 || factorisation == Factorisation::per_ridge ? apart : at_once)[ridge].push_back(j);
    }

    Matrix solved = right_hand_sides;
    const Matrix K = meter_->measure(Phase::factorisation, [&] { return keeps_rows() ? numerics::gram(rows_) : second_moment_; });
    if (!at_once.empty()) solve_at_once(K, at_once, solved, *meter_);
    for (const auto& [ridge, columns] : apart) {
        Matrix factor = K, x = right_hand_sides(Eigen::all, columns);
        factor.diagonal().array() += ridge;
        meter_->measure(Phase::factorisation, [&] { numerics::cholesky(factor); });
        meter_->measure(Phase::solves, [&] { numerics::cholesky_solve(factor, x); });
        solved(Eigen::all, columns) = x;
    }
    return keeps_rows() ? meter_->measure(Phase::solves, [&] { return numerics::multiply(rows_, solved); }) : solved;
}

namespace cost {

double stack_block(double d, double T, double rows) { return gaussian_design(d, T) + (rows > d ? product(d, T, d) / 2 : 0); }

double stack_fit(double d, double rows, double zero_ridges, double positive_ridges, double columns, Factorisation factorisation)
{
    const double m = std::min(d, rows);
    double seconds = (rows > d ? 0 : product(d, m, m) / 2) + 4 * product(d, m, (zero_ridges + positive_ridges) * columns);
    if (zero_ridges > 0) seconds += ridge_fit(m, m);
    if (positive_ridges > 0 && factorisation == Factorisation::per_ridge) seconds += ridge_fits(m, m, positive_ridges, columns);
    if (positive_ridges > 0 && factorisation == Factorisation::once) seconds += ridge_path(m, m);
    return seconds;
}

}  // namespace cost

}  // namespace collapse::estimator
