#pragma once

#include "collapse/theory/error_moments.hpp"

namespace collapse::theory {

/// The fixed point of error_moments' after_fit(fit, ., noise_variance, q), 0 <= q <= 1: what endless generations on fresh rows
/// come to. Infinite where none exists: q = 1, least squares, with noise.
ErrorMoments stationary_fit(const RidgeEquivalent& fit, double noise_variance, double q);

}  // namespace collapse::theory
