#pragma once

namespace collapse::theory {

/// A power-law problem under `replace`, on a path T -> inf with lambda = T^-ell, T0 = T^b, n = T^a [DFK; CLKZ; THEORY section 6].
struct ScalingPath {
    double beta;                  ///< capacity exponent, > 1
    double r;                     ///< source exponent, > 0
    double ell;                   ///< ridge exponent, >= 0
    double b = 1;                 ///< generator sample size exponent
    double a = 0;                 ///< generations exponent
    bool noise = true;            ///< sigma > 0
    bool generations = true;      ///< n > 0
    bool synthetic_noise = true;  ///< sigma0 > 0
    bool least_squares = false;   ///< T0 > d: generators reproduce noise-free labels
};

/// The exponent c of E ~ T^c: the largest of those of
///   clean bias              -2 r_ l,                              r_ = min(r, 1), l = min(ell, beta)
///   clean variance          -(1 - l / beta)
///   generators' noise       a + l / beta - min(b, 1)              if T0 > d, else, with m = b - min(a, beta b) / beta,
///   generators' bias        -2 r_ beta m
///   generators' noise       the larger of beta (b - m) + min(l / beta, m) - b  and  (beta - 1) (b - m) + l / beta - 1.
/// NaN where no law is stated.
///
/// T0 < d: one minimum-norm fit is a ridge kappa0 ~ T0^-beta, T^a of them forget all directions beyond the first T^m. In those the
/// noise of every fit adds up, in others only that of the last 1 / (kappa0 j^beta). The evaluated fit takes over what lies in its
/// first T^(l / beta) directions; what lies beyond is like label noise to it.
double asymptotic_rate(const ScalingPath& path);

/// The ridge exponent of the fastest decay on clean noisy data, beta / (1 + 2 beta r_) [CLKZ]; times b on synthetic labels of
/// T0 = T^b rows, b <= 1 [DFK].
double best_ridge_exponent(double beta, double r);

}  // namespace collapse::theory
