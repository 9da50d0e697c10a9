#pragma once

namespace collapse::theory {

/// The test error that n >= 0 generations of synthetic labels with unit noise add to least squares on all rows so far [GSD], T
/// fresh ones each. With S_t = X_0' X_0 + .. + X_t' X_t the error is e_t = e_{t-1} + S_t^-1 X_t' noise, and the t + 1 blocks in
/// S_t are alike:
///   sum_{t=1..n} d / ((t + 1) ((t + 1) T - c)),
/// exactly so for c = d + 1 < T, in the high-dimensional limit for c = d < T. For n = inf, with x = c / T,
///   (d / c) sum_{j >= 2} (1 / (j - x) - 1 / j) = (d / c) sum_{i >= 1} (zeta(i + 1) - 1) x^i.
double accumulated_noise(double d, double T, double c, double n);

}  // namespace collapse::theory
