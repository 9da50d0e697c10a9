#pragma once

#include <map>
#include <memory>
#include <vector>

#include "collapse/protocol/replicate.hpp"

namespace collapse::protocol {

/// A covariance [d x d] of weights: that of a least-squares fit with unit label noise on T >= d rows, (X' X)^-1 = (T B B')^-1 with B
/// lower triangular, or map inner map'.
class CovarianceBase {
  public:
    explicit CovarianceBase(estimator::Design design);
    CovarianceBase(std::shared_ptr<const Matrix> map, Matrix inner);  ///< [d x m], [m x m]

    /// W map, by map: what the bases of one fit have in common.
    using Passed = std::map<const Matrix*, Matrix>;

    /// W C W' [r x r] for W [r x d]; `passed`: of this W.
    Matrix seen_through(const Matrix& linear, Passed& passed) const;
    /// tr(diag(s) C).
    double trace_with(const Vector& eigenvalues) const;

  private:
    double T_ = 0;
    Matrix inverse_;  ///< B^-1, or empty
    std::shared_ptr<const Matrix> map_;
    Matrix inner_;
};

/// What label noise adds to the weights of a model has the covariance sum_k scale_k base_k. Models share bases: what is computed of
/// one serves all of them.
struct Covariance {
    struct Term {
        std::shared_ptr<const CovarianceBase> base;
        double scale;
    };
    std::vector<Term> terms;

    void add(const std::shared_ptr<const CovarianceBase>& base, double scale);
    Covariance times(double factor) const;
};

}  // namespace collapse::protocol
