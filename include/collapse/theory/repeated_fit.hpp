#pragma once

#include "collapse/theory/error_moments.hpp"

namespace collapse::theory {

/// The moments after n fits on T fresh rows each, ridge lambda, labels of the model before with noise, beginning with the truth, for
/// any real n >= 0. Whole n up to 256 are reached step by step, others at a cost that does not grow with n; both agree to 1e-11.
///
/// With h the shrinkage of RidgeEquivalent, l = 1 - h, v = weight s l^2, u its unit noise, M = diag(h^2) + u v' takes one
/// generation's second moments to the next. As ErrorMoments F, H, B:
///   F' = h^2 F - 2 h l H + l^2 w0^2 + u <v, w0^2 + 2 H + F>,   H' = h H - l w0^2,   B' = M B + noise u;
/// in closed form
///   H_n = (h^n - 1) w0^2,   F_n = (1 - h^n)^2 w0^2 + V_n,   V_{n+1} = M V_n + u <v, h^2n w0^2>,
/// so that with R(z) = (z - M)^-1 u = a / (1 - <v, a>), a = u / (z - h^2), and phi(z) = <v, w0^2 / (z - h^2)>
///   V_n = (1 / 2 pi i) integral of z^n R(z) phi(z) dz,   B_n = (noise / 2 pi i) integral of z^n R(z) / (z - 1) dz
/// around [0, 1], which says what derivatives with respect to n are. They obey the recursion without its sources, from n = 1/2 on.
/// Between 0 and 1/2 generations, where z^n is too steep at z = 0, moments grow linearly in n.
class RepeatedFit {
  public:
    /// T > 0, lambda >= 0.
    RepeatedFit(const Nodes& nodes, double T, double lambda, double noise_variance);

    /// After n >= 0 fits. Cheapest for whole n that do not decrease from call to call.
    ErrorMoments after(double n);

    /// d/dn of the same; n > 0.
    ErrorMoments slope(double n);

  private:
    struct Both {
        ErrorMoments moments, slope;
    };
    /// One generation more: of moments, whose sources are the truth w0^2 and the noise; of their derivatives, which have none.
    ErrorMoments next(const ErrorMoments& before, const Array& truth, double noise_variance) const;
    void step(ErrorMoments& moments, double times) const;
    void step_slope(ErrorMoments& slope, double times) const;
    Both by_contour(double n) const;
    Both along_cut(double n) const;
    Both assembled(double n, const Both& V_and_B) const;

    RidgeEquivalent fit_;
    double noise_variance_;
    Array cost_;                      ///< weight s: what a unit of V or B adds to the test error
    Array v_;                         ///< weight s l^2
    Array decay_;                     ///< 1 - h^2, without cancellation
    ErrorMoments moments_, slope_{};  ///< after so many fits:
    double made_ = 0, sloped_ = 0;
};

}  // namespace collapse::theory
