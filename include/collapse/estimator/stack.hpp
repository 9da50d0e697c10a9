#pragma once

#include <vector>

#include "collapse/estimator/design.hpp"
#include "collapse/estimator/factorisation.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::estimator {

using support::Meter;

/// Rows of several designs that are fitted together, block b with a weight a_b on its mean squared residual:
///   w = argmin sum_b a_b |y_b - B_b' w|^2 + ridge |w|^2 = (S + ridge)^-1 sum_b a_b B_b y_b,   S = sum_b a_b B_b B_b' [d x d],
/// the minimum-norm solution at ridge = 0. Every block comes compressed, so it has at most d rows.
///
/// As long as all rows together are no more than d they are kept, R = [sqrt(a_1) B_1, sqrt(a_2) B_2, ...] [d x m], and fits solve
/// with R' R [m x m]; beyond that only S is kept. Right-hand sides are the weighted labels one below the other in the former
/// case, sum a_b B_b y_b in the latter; their owner, who has one for each ridge, lets `extended` make them.
class Stack {
  public:
    Stack(Index d, Meter& meter);

    /// Adds a block of weight a > 0.
    void add(Design block, double weight);

    /// Labels [m_b x c] that weights [d x c] give the rows of the last block, without noise.
    Matrix labels(const Matrix& weights) const;
    Index label_count() const { return last_.rows.cols(); }        ///< m_b
    double noise_scale() const { return 1 / std::sqrt(last_.T); }  ///< size of unit noise in the last block's labels

    /// The right-hand sides of all blocks, given those before the last block (an empty matrix if it is the first) and its labels.
    Matrix extended(const Matrix& right_hand_sides, const Matrix& labels) const;

    /// Weights [d x c] for c right-hand sides; column j has ridge number j modulo the number of ridges. One factorisation serves all
    /// ridges > 0, or each has a Cholesky factor, as all ridges = 0 have. NaN if singular to working precision.
    Matrix fit(const std::vector<double>& ridges, const Matrix& right_hand_sides, Factorisation factorisation) const;

  private:
    bool keeps_rows() const { return second_moment_.size() == 0; }

    Meter* meter_;
    Design last_;
    double weight_ = 0;     ///< of the last block
    Matrix rows_;           ///< R, if kept; before the last block if that was the one too many
    Matrix second_moment_;  ///< S, lower triangle, or empty
    bool just_dropped_ = false;
};

namespace cost {

/// Nominal core-seconds of adding one block of T rows (drawing it included), and of fitting all `rows` of a stack with so many ridges
/// that are 0 or positive and so many columns for each.
double stack_block(double d, double T, double rows);
double stack_fit(double d, double rows, double zero_ridges, double positive_ridges, double columns, Factorisation factorisation);

}  // namespace cost

}  // namespace collapse::estimator
