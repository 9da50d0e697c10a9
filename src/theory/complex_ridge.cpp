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
      columns_(nodes.eigenvalue.size(), 3),
      z_(radius),
      kappa_(effective_ridge(nodes, T, lambda_u(radius).real()))
{
    columns_[eigenvalue] = nodes.eigenvalue;
    columns_[single] = overdetermined() ? nodes.weight : 0 * nodes.weight;
    columns_[cost] = nodes.weight * nodes.eigenvalue;
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

/// 1 - df2 / T
Complex ComplexRidge::derivative(const Resolvent& G, Complex kappa) const
{
    const Array &s = nodes_->eigenvalue, &w = nodes_->weight;
    if (overdetermined()) return (spare_rows() + kappa * (G.sum(w) + G.square_sum(w * s))) / T_;
    return 1.0 - G.square_sum(w * s.square()) / T_;
}

/// Newton's step for kappa (1 - df1 / T) = lambda_u as in effective_ridge(),
///   kappa' = (T lambda_u + kappa sum h l) / (T - df2),
/// with r = 1 / (s + kappa), sum h l = kappa sum s r^2 and, for T >= d, T - df2 = (T - d) + kappa sum r + sum h l.
Complex ComplexRidge::newton_step(Complex target, Complex kappa) const
{
    using Lanes = NodeColumns::Lanes;
    const double *s = columns_.data(eigenvalue), *one = columns_.data(single), *ws = columns_.data(cost);
    const double re_k = kappa.real(), im_k = kappa.imag();
    Lanes re_one = Lanes::Zero(), im_one = re_one, re_square = re_one, im_square = re_one, re_df2 = re_one, im_df2 = re_one;
    for (Index j = 0; j < columns_.length(); j += NodeColumns::lanes) {
        const Lanes eigen = NodeColumns::lanes_at(s, j), weight = NodeColumns::lanes_at(one, j), p = eigen + re_k,
                    inverse = 1 / (p * p + im_k * im_k), re = p * inverse, im = -im_k * inverse,
                    re2 = NodeColumns::lanes_at(ws, j) * (re * re - im * im), im2 = NodeColumns::lanes_at(ws, j) * (2 * re * im);
        re_one += weight * re;
        im_one += weight * im;
        re_square += re2;
        im_square += im2;
        re_df2 += eigen * re2;
        im_df2 += eigen * im2;
    }
    const Complex mixed = kappa * Complex(re_square.sum(), im_square.sum());
    const Complex spare = overdetermined() ? spare_rows() + kappa * Complex(re_one.sum(), im_one.sum()) + mixed
                                           : T_ - Complex(re_df2.sum(), im_df2.sum());
    return (T_ * target + kappa * mixed) / spare;
}

/// Whether it converged: the step after one of 1e-9 is below rounding.
bool ComplexRidge::newton(Complex z)
{
    const Complex target = lambda_u(z);
    Complex kappa = kappa_;
    for (int iteration = 0; iteration < 30; ++iteration) {
        const Complex next = newton_step(target, kappa);
        const double size = std::abs(next - kappa) / std::abs(next);
        kappa = next;
        if (!(size < 1e9)) return false;
        if (size > 1e-9) continue;
        if (kappa.imag() * target.imag() < 0) return false;
        kappa_ = kappa;
        z_ = z;
        return true;
    }
    return false;
}

}  // namespace collapse::theory
