#pragma once

#include "collapse/problem/spectrum.hpp"

namespace collapse::theory {

/// Exact test error at finite sizes of a chain of fits on fresh rows, where one is known: every fit either reproduces noise-free
/// labels (least squares, any spectrum: unit noise costs d/(T-d-1) [DFK]), or, for an isotropic spectrum, projects on T < d
/// random directions. With P (P - 1) = 0 the error P q e + (P - 1) w0 has the mean square (T/d) q^2 |e|^2 + (1 - T/d) |w0|^2, and
/// unit noise costs T/(d-T-1), the trace of an inverse Wishart matrix. Unknown if any fit has a ridge or a mean does not exist.
class ExactChain {
  public:
    explicit ExactChain(const problem::Nodes& nodes);

    /// A fit on T fresh rows with labels X (w0 + q e) + noise, e the error so far.
    void fit(double T, double lambda, double noise_variance, double q = 1);
    /// As many of them as n >= 0 says, which need not be whole, from no error.
    void fit_repeatedly(double T, double lambda, double noise_variance, double n);
    /// Infinitely many of them.
    void fit_for_ever(double T, double lambda, double noise_variance, double q = 1);

    /// A fit of which no formula is known.
    void forget() { known_ = false; }

    /// NaN if unknown.
    double test_error() const;

  private:
    struct Step {
        double ratio, addition;
    };
    Step step(double T, double lambda, double noise_variance, double q);

    bool known_ = true, isotropic_;
    double d_, power_, error_ = 0;
};

}  // namespace collapse::theory
