#include "collapse/theory/complex_ridge.hpp"

#include <cmath>
#include <limits>

#include "collapse/support/failure.hpp"

namespace collapse::theory {

using Complex = ComplexRidge::Complex;

/// 1 / (s + kappa) for every node.
struct ComplexRidge::Resolvent {
    Array re, im;

    Resolvent(const Array& s, Complex kappa)
    {
        const Array p = s + kappa.real(), inverse = 1 / (p.square() + kappa.imag() * kappa.imag());
        re = p * inverse;
        im = -kappa.imag() * inverse;
    }

    Complex sum(const Array& factor) const { return {(factor * re).sum(), (factor * im).sum()}; }
    Complex square_sum(const Array& factor) const
    {
        return {(factor * (re.square() - im.square())).sum(), 2 * (factor * re * im).sum()};
    }
};

ComplexRidge::ComplexRidge(const Nodes& nodes, double T, double lambda, double radius)
    : nodes_(&nodes),
      T_(T),
      lambda_(lambda),
      reference_kappa_(effective_ridge(nodes, T, lambda)),
      reference_(1 / (nodes.eigenvalue + reference_kappa_)),
      z_(radius),
      kappa_(effective_ridge(nodes, T, lambda_u(radius).real()))
{
}

/// Newton from the last point; half of the way first if it does not converge to the root that continues kappa, which is the only
/// one in the half plane of lambda_u [Silverstein, Choi 1995].
void ComplexRidge::move_to(Complex z)
{
    for (Complex target = z; z_ != z;) {
        if (newton(target)) target = z;
        else target = 0.5 * (z_ + target);
        support::ensure(std::abs(target - z_) > 1e-13 || z_ == z, "the effective ridge continues along the contour");
    }
}

ComplexRidge::Sums ComplexRidge::sums() const
{
    const Array &s = nodes_->eigenvalue, &w = nodes_->weight;
    const Resolvent G(s, kappa_);
    const Array power = w * s * nodes_->coefficient2;
    Sums sums;
    sums.S = G.sum(w * s.square() * reference_) / T_;
    sums.one_minus_S = 1.0 - sums.S;
    if (overdetermined()) {
        const double lost = reference_kappa_ * (w * reference_).sum();
        sums.one_minus_S = (spare_rows() + lost + kappa_ * G.sum(w * s * reference_)) / T_;
    }
    sums.B = G.sum(power * reference_);
    sums.slope = G.square_sum(power);
    sums.derivative = derivative(G, kappa_);
    return sums;
}

Complex ComplexRidge::lambda_u(Complex z) const
{
    const Complex coth = std::cosh(z) / std::sinh(z);
    return lambda_ * coth * coth;
}

/// 1 - df1 / T
Complex ComplexRidge::remaining(const Resolvent& G, Complex kappa) const
{
    if (overdetermined()) return (spare_rows() + kappa * G.sum(nodes_->weight)) / T_;
    return 1.0 - G.sum(nodes_->weight * nodes_->eigenvalue) / T_;
}

/// 1 - df2 / T
Complex ComplexRidge::derivative(const Resolvent& G, Complex kappa) const
{
    const Array &s = nodes_->eigenvalue, &w = nodes_->weight;
    if (overdetermined()) return (spare_rows() + kappa * (G.sum(w) + G.square_sum(w * s))) / T_;
    return 1.0 - G.square_sum(w * s.square()) / T_;
}

/// kappa (1 - df1 / T) = lambda_u, whose derivative is 1 - df2 / T. Whether it converged.
bool ComplexRidge::newton(Complex z)
{
    const Complex target = lambda_u(z);
    Complex kappa = kappa_;
    double last = std::numeric_limits<double>::infinity();
    for (int iteration = 0; iteration < 30; ++iteration) {
        const Resolvent G(nodes_->eigenvalue, kappa);
        const Complex step = (target - kappa * remaining(G, kappa)) / derivative(G, kappa);
        kappa += step;
        const double size = std::abs(step) / std::abs(kappa);
        if (!(size < 1e9)) return false;
        // Quadratic convergence ends at rounding level: when steps are small and no longer shrink.
        if (size < 1e-15 || (size < 1e-10 && size >= 0.5 * last)) {
            if (kappa.imag() * target.imag() < 0) return false;
            kappa_ = kappa;
            z_ = z;
            return true;
        }
        last = size;
    }
    return false;
}

}  // namespace collapse::theory
