#pragma once

#include "collapse/theory/error_moments.hpp"

namespace collapse::theory {

/// The moments after n fits on T fresh rows each, ridge lambda, labels of the model before with noise, beginning with the truth:
/// n times FreshFit::after, for any real n >= 0 and at a cost that does not grow with n; whole n give what n steps give, to a
/// relative 1e-11.
///
/// With h the shrinkage of RidgeEquivalent, v = weight s (1 - h)^2, u its unit noise, M = diag(h^2) + u v' takes one generation's second
/// moments to the next, and
///   mean error: (1 - h^n) w0,   F_n = (1 - h^n)^2 w0^2 + V_n,   V_{n+1} = M V_n + u <v, h^2n w0^2>,   B_{n+1} = M B_n + u,
/// so that with R(z) = (z - M)^-1 u = a / (1 - <v, a>), a = u / (z - h^2), and phi(z) = <v, w0^2 / (z - h^2)>
///   V_n = (1 / 2 pi i) integral of z^n R(z) phi(z) dz,   B_n = (1 / 2 pi i) integral of z^n R(z) / (z - 1) dz
/// around [0, 1]. Between 0 and 1/2 generations, where z^n is too steep at z = 0, moments grow linearly in n.
ErrorMoments repeated_fit(const Nodes& nodes, double T, double lambda, double noise_variance, double n);

}  // namespace collapse::theory
