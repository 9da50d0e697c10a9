#pragma once

#include <map>

#include "collapse/estimator/design.hpp"
#include "collapse/estimator/solver.hpp"
#include "collapse/numerics/band.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::estimator {

using support::Meter;

/// Ridge fits on one design, by a Cholesky factor of K + lambda for each ridge:
///   w = B (B' B + lambda)^-1 y,  the minimum-norm fit at lambda = 0 (which needs T <= d).
class RidgeFit final : public Solver {
  public:
    enum class Ridges {
        one,        ///< K becomes its factor
        each_once,  ///< several, one after the other: a factor takes the place of the one before
        again,      ///< several, which will be asked for again: their factors are kept
    };
    RidgeFit(Design design, Ridges ridges, Meter& meter);

    Matrix labels(const Matrix& weights) const override;
    /// Compressed to at most d rows, labels are met exactly without a ridge.
    Matrix solved(double ridge, Matrix labels) const override;
    Matrix weights(const Matrix& solved) const override;
    Matrix relabelled(double ridge, const Matrix& labels) const override;

    double noise_scale() const override { return 1 / std::sqrt(design_.T); }
    Index label_count() const override { return design_.rows.cols(); }

  private:
    const Matrix& factor_for(double ridge) const;

    Design design_;
    Ridges ridges_;
    Meter* meter_;
    mutable Matrix gram_;  ///< K, until its only ridge has come
    mutable std::map<double, Matrix> factors_;
};

/// Ridge fits on one design for every ridge lambda > 0 at once.
///
/// One tridiagonalisation K = Q H Q' serves every lambda: with P = B Q,
///   w = B (K + lambda)^-1 y = P (H + lambda)^-1 Q' y,  and Q' B' w = P' w:
/// O(m) a right-hand side to solve and one product with P to return. Labels are given in the coordinates of Q, where
/// independent normal noise is again independent normal noise. Fit after fit on one design, each labelled by the one before, costs
/// O(m) a generation, because weights need to be known only where they are wanted:
///   Q' B' w = H (H + lambda)^-1 Q' y = Q' y - lambda (H + lambda)^-1 Q' y.
class RidgePath final : public Solver {
  public:
    RidgePath(Design design, Meter& meter);

    Matrix labels(const Matrix& weights) const override;
    Matrix solved(double lambda, Matrix labels) const override;
    Matrix weights(const Matrix& solved) const override;
    Matrix relabelled(double lambda, const Matrix& labels) const override;

    double noise_scale() const override { return 1 / std::sqrt(T_); }
    Index label_count() const override { return directions_.cols(); }

  private:
    double T_;
    Meter* meter_;
    numerics::Tridiagonalisation tridiagonal_;
    Matrix directions_;  ///< P [d x m]
};

/// The same for many rows, m >= band_from: K = Q H Q' with a band H, which takes a third of the time of three diagonals there, and
/// products with Q for each right-hand side instead of P: less work than forming P for up to a thousand of them.
class RidgeBand final : public Solver {
  public:
    static constexpr Index band_from = 1500;

    RidgeBand(Design design, Meter& meter);

    Matrix labels(const Matrix& weights) const override;
    Matrix solved(double lambda, Matrix labels) const override;
    Matrix weights(const Matrix& solved) const override;
    Matrix relabelled(double lambda, const Matrix& labels) const override;

    double noise_scale() const override { return 1 / std::sqrt(design_.T); }
    Index label_count() const override { return design_.rows.cols(); }

  private:
    Design design_;
    Meter* meter_;
    numerics::BandReduction band_;
};

}  // namespace collapse::estimator
