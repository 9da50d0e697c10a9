#pragma once

#include "collapse/numerics/types.hpp"
#include "collapse/rng/draws.hpp"

/// Ridge regression on drawn covariates. Everything here is simulation: it knows nothing of theory.
namespace collapse::estimator {

using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

/// Covariates of a fit, compressed without loss to at most d rows.
///
/// A Gaussian design X = Z Sigma^1/2 [T x d] has Z' Z = L L' with L [d x m] lower trapezoidal, m = min(T, d),
/// L_ii^2 ~ chi^2_{T-i+1} (i = 1..m) and N(0, 1) below the diagonal [Bartlett 1933]. Rotating the rows turns X into
/// (L' Sigma^1/2; 0) and the label noise into noise of the same distribution, of which only m entries meet X. So a fit on T rows
/// is a fit on m rows, and no T x d matrix is drawn.
struct Design {
    Matrix rows;    ///< B = X' / sqrt(T), compressed: one column a row of X [d x m], lower trapezoidal if `triangular`
    double T;       ///< rows before compression: label noise of size sigma enters B' w as sigma / sqrt(T)
    bool triangular = true;
};

/// Draws the compressed Gaussian design of T >= 1 rows for eigenvalues s [d]: about d m - m^2/2 normals.
Design gaussian_design(rng::Engine& engine, const Vector& eigenvalues, Index T);

/// K = B' B = X X' / T, compressed [m x m], lower triangle.
Matrix gram(const Design& design);

}  // namespace collapse::estimator
