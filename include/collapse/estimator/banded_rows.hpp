#pragma once

#include <span>
#include <vector>

#include "collapse/estimator/design.hpp"

/// Ridge fits on Gaussian rows of (nearly) isotropic covariance in O(d): no matrix of T x d or d x d numbers is ever drawn.
namespace collapse::estimator {

/// Directions that a fit is asked about, at most.
inline constexpr Index largest_frame = 12;

/// Rows X [T x d] / sqrt(T) in an orthonormal basis that begins with k directions chosen before, the frame, among them all in which the
/// variance is another one. Householder reflections from both sides, which leave independent normals independent normals, make them
/// upper triangular with k superdiagonals [Golub, Kahan; block form; THEORY section 6]:
///   B_ii ~ chi_{T-i+1},  B_ij ~ N(0, 1) for i < j < i + k,  B_{i,i+k} ~ chi_{d-k-i+1}    (i, j = 1, 2, ...; before scaling).
/// Label noise keeps its distribution; m = min(T, d) entries of it meet X.
struct BandedRows {
    Matrix band;  ///< [(k+1) x m]: column i holds B_ii .. B_{i,i+k}, 0 beyond d
    Index d;
    Index T;

    Index frame() const { return band.rows() - 1; }  ///< k
    Index count() const { return band.cols(); }      ///< m
};

/// Draws rows with variances `frame` [k] along the frame and `rest` along all other directions. 1 <= k < d, k <= largest_frame.
BandedRows draw_banded_rows(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest);

/// What ridge fits make of every label: with M = (K + lambda)^-1 K, K = X' X / T, and the frame E [d x k] these are
///   z = M E,  g = E - M E,  zeta = (K + lambda)^-1 X' eps / T    for label noise eps of unit size,
/// of which the coordinates along the frame and the products are all that later fits can ask for. lambda = 0: the minimum-norm fit.
struct FrameFit {
    Matrix coordinates;  ///< E' [z g zeta] [k x (2k+1)]
    Matrix products;     ///< [z g zeta]' [z g zeta] [(2k+1) x (2k+1)]
};

/// The fits for every ridge, with one vector of noise [m] of unit size. Entries are NaN if singular to working precision.
/// What a ridge gives does not depend on the others. Needs 2k <= T, d.
std::vector<FrameFit> fit_frame(const BandedRows& rows, const Vector& noise, std::span<const double> ridges);

}  // namespace collapse::estimator
