#include "collapse/estimator/stack.hpp"

#include <algorithm>
#include <utility>

#include "collapse/estimator/cost.hpp"
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

/// 1. the smaller Gram matrix K: R' R or S
/// 2. ridges > 0: K = Q H Q', x = Q (H + ridge)^-1 Q' y;  ridges = 0: x = K^-1 y
/// 3. w = R x, or x itself
Matrix Stack::fit(const std::vector<double>& ridges, const Matrix& right_hand_sides) const
{
    const auto count = static_cast<Index>(ridges.size());
    const auto columns_where = [&](auto&& predicate) {
        std::vector<Index> columns;
        for (Index j = 0; j < right_hand_sides.cols(); ++j)
            if (predicate(ridges[static_cast<std::size_t>(j % count)])) columns.push_back(j);
        return columns;
    };
    const std::vector<Index> none = columns_where([](double ridge) { return ridge == 0; });
    const std::vector<Index> some = columns_where([](double ridge) { return ridge > 0; });

    Matrix solved(right_hand_sides.rows(), right_hand_sides.cols());
    const Matrix K = meter_->measure(Phase::factorisation, [&] { return keeps_rows() ? numerics::gram(rows_) : second_moment_; });
    if (!none.empty()) {
        const Matrix factor = meter_->measure(Phase::factorisation, [&] {
            Matrix work = K;
            numerics::cholesky(work);
            return work;
        });
        meter_->measure(Phase::solves, [&] {
            Matrix x = right_hand_sides(Eigen::all, none);
            numerics::cholesky_solve(factor, x);
            solved(Eigen::all, none) = x;
        });
    }
    if (!some.empty()) {
        Matrix Q = Matrix::Identity(K.rows(), K.rows());
        const numerics::Tridiagonalisation tridiagonal = meter_->measure(Phase::factorisation, [&] {
            numerics::Tridiagonalisation result(K);
            result.apply_from_right(Q);
            return result;
        });
        meter_->measure(Phase::solves, [&] {
            Matrix x = numerics::multiply_transposed(Q, right_hand_sides(Eigen::all, some));
            for (Index j = 0; j < x.cols(); ++j) {
                Matrix column = x.col(j);
                tridiagonal.solve(ridges[static_cast<std::size_t>(some[static_cast<std::size_t>(j)] % count)], column);
                x.col(j) = column;
            }
            solved(Eigen::all, some) = numerics::multiply(Q, x);
        });
    }
    return keeps_rows() ? meter_->measure(Phase::solves, [&] { return numerics::multiply(rows_, solved); }) : solved;
}

namespace cost {

double stack_block(double d, double T, double rows) { return gaussian_design(d, T) + (rows > d ? product(d, T, d) / 2 : 0); }

double stack_fit(double d, double rows, double zero_ridges, double positive_ridges)
{
    const double m = std::min(d, rows), columns = 2 * (zero_ridges + positive_ridges);
    return (rows > d ? 0 : product(d, m, m) / 2) + (zero_ridges > 0 ? ridge_fit(m, m) : 0) +
           (positive_ridges > 0 ? ridge_path(m, m) : 0) + 4 * product(d, m, columns);
}

}  // namespace cost

}  // namespace collapse::estimator
