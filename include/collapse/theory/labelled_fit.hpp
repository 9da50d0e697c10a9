#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "collapse/theory/error_moments.hpp"
#include "collapse/theory/node_columns.hpp"

namespace collapse::theory {

/// The model that labels a fit's rows: its moments and, if wanted, their derivatives with respect to a parameter of its own.
class Labeller {
  public:
    explicit Labeller(const ErrorMoments& moments, const std::vector<ErrorMoments>& derivatives = {});

  private:
    friend class LabelledFit;
    /// F, H, B as in ErrorMoments; w0^2 comes with the fit. Then, for every derivative, those of F + B, H and F + B + 2 H.
    enum Column : Index { F, H, B, F2H, F2HB, FHB, first_derivative };
    std::size_t derivatives_;
    bool infinite_bias_, infinite_variance_;
    NodeColumns columns_;
};

/// One ridge fit on T fresh rows with labels X w + noise, w an earlier model with the moments F, H, B: the last step of a chain, which
/// is made for every ridge and every number of generations. With h, l, df1, df2 of RidgeEquivalent, D = T - df2, a = df2 / D and
/// <x, y> the sum over nodes with weight and eigenvalue,
///   bias = <h^2, F> - 2 <h l, H> + <l^2, w0^2> + a <l^2, w0^2 + 2 H + F>,   variance = <h^2, B> + a (<l^2, B> + noise).
/// h and l change by -h l and h l in log kappa, a by -2 T <h^2 l, 1 / s> / D^2, and kappa (1 - df1 / T) = lambda gives
///   d log kappa / d log lambda = (lambda / kappa) T / D,   d log kappa / d log T = -df1 / D;
/// besides, a changes by -T df2 / D^2 in log T. In the moments the error is linear.
class LabelledFit {
  public:
    /// T > 0, lambda >= 0.
    LabelledFit(const Nodes& nodes, double T, double lambda, double noise_variance);

    struct Result {
        problem::Errors errors;
        /// d/d log T, d/d log lambda of the test error, and its change by the labeller's derivatives. NaN at an interpolation
        /// threshold and where the error is infinite.
        double T, lambda;
        std::array<double, 2> labeller;
    };
    Result operator()(const Labeller& labeller) const;

  private:
    enum Feature : Index { hh, hl, ll, hhl, hll, features };

    double noise_, T_, df2_, spare_, gain_;                ///< D, a
    double kappa_by_T_, kappa_by_lambda_, gain_by_kappa_;  ///< logarithmic, but for that of a
    double pulled_ = 0, pulling_ = 0;                      ///< <l^2, w0^2>, <h l^2, w0^2>
    NodeColumns columns_;                                  ///< features, times weight and eigenvalue
};

}  // namespace collapse::theory
