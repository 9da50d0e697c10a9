#pragma once

#include <utility>

#include "collapse/numerics/types.hpp"

namespace collapse::estimator {

using numerics::Index;
using numerics::Matrix;

/// Fits on one set of rows: the seam where a way of solving is chosen. Labels are given in coordinates of the solver's own, where
/// independent normal noise is again independent normal noise.
class Solver {
  public:
    virtual ~Solver() = default;

    /// Labels [m x c] of weights [d x c], without noise.
    virtual Matrix labels(const Matrix& weights) const = 0;

    /// Solves for what weights() makes weights of: [m x c] for labels [m x c]; NaN if singular to working precision.
    virtual Matrix solved(double ridge, Matrix labels) const = 0;

    /// Weights [d x c] of solved() labels, which may be of several ridges.
    virtual Matrix weights(const Matrix& solved) const = 0;

    /// Weights [d x c] fitted to labels [m x c].
    Matrix fit(double ridge, Matrix labels) const { return weights(solved(ridge, std::move(labels))); }

    /// What the weights fitted to `labels` [m x c] label the same rows.
    virtual Matrix relabelled(double ridge, const Matrix& labels) const = 0;

    virtual double noise_scale() const = 0;  ///< size of unit label noise in the labels
    virtual Index label_count() const = 0;   ///< m
};

}  // namespace collapse::estimator
