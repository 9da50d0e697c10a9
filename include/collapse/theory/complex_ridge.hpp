#pragma once

#include <complex>

#include "collapse/theory/node_columns.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

namespace collapse::theory {

/// The effective ridge kappa(lambda_u) of complex lambda_u = lambda u / (u - 1) = lambda coth^2 z, u = cosh^2 z, continued along
/// the line z = radius + i theta / 2, 0 <= theta < pi, from the real axis upwards; and sums over the spectrum at the present
/// point.
class ComplexRidge {
  public:
    using Complex = std::complex<double>;

    /// Starts at z = radius > 0, where u > 1 is real and kappa the ordinary effective ridge. lambda > 0.
    ComplexRidge(const Nodes& nodes, double T, double lambda, double radius);

    void move_to(Complex z);

    Complex kappa() const { return kappa_; }

    /// With kappa* = kappa(lambda), the value at u = infinity:
    struct Sums {
        Complex S;            ///< (1/T) sum s^2 / ((s + kappa) (s + kappa*))
        Complex one_minus_S;  ///< without cancellation
        Complex B;            ///< sum s w0^2 / ((s + kappa) (s + kappa*))
        Complex slope;        ///< sum s w0^2 / (s + kappa)^2
        Complex derivative;   ///< d lambda / d kappa = 1 - df2 / T
    };
    Sums sums() const;

  private:
    struct Resolvent;
    Complex lambda_u(Complex z) const;
    Complex derivative(const Resolvent& G, Complex kappa) const;
    Complex newton_step(Complex target, Complex kappa) const;
    bool newton(Complex z);

    // With T >= d rows, T - df1 = (T - d) + sum kappa / (s + kappa), and likewise for df2 and S, has no cancellation near T = d.
    double spare_rows() const { return T_ - nodes_->dimension(); }
    bool overdetermined() const { return spare_rows() >= 0; }

    const Nodes* nodes_;
    double T_, lambda_;
    double reference_kappa_;  ///< kappa*
    Array reference_;         ///< 1 / (s + kappa*)
    enum Column : Index { eigenvalue, single, cost };
    NodeColumns columns_;  ///< s, the weights for T >= d, weights times s
    Complex z_, kappa_;
};

}  // namespace collapse::theory
