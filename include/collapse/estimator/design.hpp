#pragma once

#include "collapse/numerics/types.hpp"
#include "collapse/rng/draws.hpp"

/// Ridge regression on drawn covariates. Everything here is simulation: it knows nothing of theory.
namespace collapse::estimator {

using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

/// Covariates of a fit, compressed without loss to at most d rows: rotating the rows of X [T x d] into a triangular matrix leaves
/// X' X as it is and turns the label noise into noise of the same distribution, of which only m = min(T, d) entries meet X. So a
/// fit on T rows is a fit on m rows.
struct Design {
    Matrix rows;  ///< B = X' / sqrt(T), compressed: one column a row of X [d x m], lower trapezoidal if `triangular`
    double T;     ///< rows before compression: label noise of size sigma enters B' w as sigma / sqrt(T)
    bool triangular = true;
};

/// K = B' B = X X' / T, compressed [m x m], lower triangle.
Matrix gram(const Design& design);

}  // namespace collapse::estimator
