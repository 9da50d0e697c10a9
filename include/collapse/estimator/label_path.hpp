#pragma once

#include "collapse/estimator/design.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::estimator {

using support::Meter;

/// Fit after fit on one design, each labelled by the one before, for every ridge lambda > 0: with K = B' B = Q H Q' and labels in
/// the coordinates of Q (see RidgePath), labels that the next fit gets are
///   Q' B' w = H (H + lambda)^-1 Q' y = Q' y - lambda (H + lambda)^-1 Q' y,
/// so a generation costs O(m) and weights need to be known only where they are wanted.
class LabelPath {
  public:
    LabelPath(Design design, Meter& meter);

    /// Labels Q' B' w [m x c] of weights [d x c], without noise.
    Matrix labels(const Matrix& weights) const;

    /// What the weights fitted to `labels` [m x c] label the same rows.
    Matrix relabelled(double lambda, const Matrix& labels) const;

    /// Weights [d x c] fitted to `labels` [m x c]; NaN if singular to working precision.
    Matrix fit(double lambda, Matrix labels) const;

    double noise_scale() const { return 1 / std::sqrt(T_); }  ///< size of unit label noise in the labels
    Index label_count() const { return directions_.cols(); }

  private:
    double T_;
    Meter* meter_;
    numerics::Tridiagonalisation tridiagonal_;
    Matrix directions_;  ///< B Q [d x m]
};

}  // namespace collapse::estimator
