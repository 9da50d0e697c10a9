#pragma once

#include "collapse/problem/spectrum.hpp"

namespace collapse::theory {

/// The kernel matrix K / P of P rows, in its eigenbasis.
struct PoolSpectrum {
    numerics::Array eigenvalue;  ///< descending [P]
    numerics::Array power;       ///< (u_j' y)^2 / P, summed over outputs: the labels' mean square along each eigenvector [P]
};

/// The plain estimate: s_j = eigenvalue j, w0_j^2 = power_j / s_j. Its last directions have learnt the labels of the pool by heart,
/// so that a fit on T rows looks too good, the more the larger T / P and the smaller the ridge.
problem::Nodes plain_nodes(const PoolSpectrum& pool);

/// A spectrum and coefficients, by values, that explain the pool as a fit on P rows of itself:
/// with kappa the effective ridge of P rows and a ridge delta, the deterministic equivalents of THEORY section 3 say
///   tr K (K + P delta)^-1       = df1(kappa)          = sum_j s_j / (s_j + kappa),      kappa = delta / (1 - df1 / P),
///   y' (K + P delta)^-1 y       = sum_j s_j w0_j^2 / (s_j + kappa),
/// up to fluctuations of relative order P^-1/2. The left sides are measured for all delta > 0, which gives the right sides for all kappa
/// from that of P ridgeless rows on: whatever theory wants to know of T < P rows is a function of these. So
///   1. df1 and the labels' resolvent are measured at kappas evenly spaced in logarithms;
///   2. weights (numbers of directions) and powers >= 0 on a grid of eigenvalues are fitted to them by least squares of relative
///      deviations. Neither is unique, but sums over them are. What the pool does not resolve is found at eigenvalues below all
///      kappas, where power acts as label noise.
///   3. powers are scaled to a sum of 1, the labels' variance over the whole data set.
problem::Nodes corrected_nodes(const PoolSpectrum& pool);

/// A power law fitted to a stretch of a spectrum.
struct PowerLaw {
    double exponent, standard_error;
    double first, last;  ///< window: numbers j of its directions
};

/// beta of s_j ~ j^-beta between the first and the last place of a window, by least squares in logarithms on places evenly
/// spaced in log j; its standard error from the deviations.
PowerLaw capacity_law(const PoolSpectrum& pool);

/// The exponent of the tail sums sum_{k >= j} power_k ~ j^-(alpha + beta - 1) = j^-2 beta r, in the same window: they are smooth
/// where single powers scatter.
PowerLaw source_law(const PoolSpectrum& pool);

}  // namespace collapse::theory
