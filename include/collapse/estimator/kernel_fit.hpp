#pragma once

#include <memory>
#include <vector>

#include "collapse/estimator/kernel.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::estimator {

/// Weighted kernel ridge regression on one set of m rows, in its dual form:
///   f = argmin sum_i a_i (y_i - f(x_i))^2 + ridge |f|^2,   f(x) = sum_i k(x, x_i) c_i,
///   c = A (S + ridge)^-1 A y,   S = A K A,   A = diag(sqrt(a));
/// the solution of least norm at ridge = 0. Columns of labels and coefficients belong to several ridges, which run fastest.
class KernelFit {
  public:
    virtual ~KernelFit() = default;

    /// c [m x groups R] for R ridges and labels y [m x groups R], or [m x groups] if all ridges have the same ones; NaN if S + ridge
    /// is singular to working precision.
    Matrix coefficients(const std::vector<double>& ridges, const Matrix& labels, Index groups) const;

    /// f on the rows themselves, from labels and coefficients as above: y - ridge c / a.
    virtual Matrix fitted(const std::vector<double>& ridges, const Matrix& labels, const Matrix& coefficients) const;

    bool has_weights(const Vector& weights) const { return weights_ == weights; }

  protected:
    explicit KernelFit(Vector weights) : weights_(std::move(weights)) {}
    /// (S + ridge)^-1 for columns of A y.
    virtual Matrix solved(const std::vector<double>& ridges, const Matrix& scaled, Index groups) const = 0;
    Vector weights_;  ///< a [m]
};

/// Every column for one ridge repeated for `ridges` of them.
Matrix widened(const Matrix& columns, Index ridges);

/// Which fits are to be made on the rows.
enum class KernelWay {
    one_ridge,    ///< a Cholesky factor, for the ridge > 0 given
    every_ridge,  ///< one reduction to a band, for any ridge > 0; costs as much as about five Cholesky factors
    least_norm,   ///< eigenvalues and vectors, for ridge = 0: directions below m eps times the largest eigenvalue count as none
};

/// Consumes the lower triangle of K [m x m]. `ridge` counts for KernelWay::one_ridge alone.
std::shared_ptr<const KernelFit> kernel_fit(Matrix gram, const Vector& weights, KernelWay way, double ridge, support::Meter& meter);

/// Nominal core-seconds of the factorisation of m rows, and bytes held at once with all that `ridges` ask for.
double kernel_fit_seconds(double m, KernelWay way);
double kernel_fit_bytes(double m, KernelWay way, double ridges);

}  // namespace collapse::estimator
