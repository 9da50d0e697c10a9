#include "collapse/theory/repeated_fit.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace collapse::theory {

namespace {

using Complex = std::complex<double>;

constexpr double longest_recursion = 256;  ///< whole generations; beyond, the contour is cheaper
constexpr double shortest_contour = 8;     ///< the contour must stay within |Im log z| < pi

bool is_step(double n) { return n <= longest_recursion && n == std::floor(n); }
bool takes_contour(double n) { return n >= shortest_contour && !is_step(n); }

/// Generations that follow the fraction between 1/2 and 3/2.
double steps_of(double n) { return std::floor(n - 0.5); }

Complex expm1(Complex s)
{
    const double half = std::sin(0.5 * s.imag());
    return {std::expm1(s.real()) * std::cos(s.imag()) - 2 * half * half, std::exp(s.real()) * std::sin(s.imag())};
}

ErrorMoments scaled(double factor, const ErrorMoments& moments)
{
    return {factor * moments.error2, factor * moments.cross, factor * moments.noise};
}

}  // namespace

RepeatedFit::RepeatedFit(const Nodes& nodes, double T, double lambda, double noise_variance)
    : fit_(nodes, T, lambda),
      noise_variance_(noise_variance),
      cost_(nodes.weight * nodes.eigenvalue),
      v_(cost_ * fit_.loss().square()),
      decay_(fit_.loss() * (1 + fit_.shrinkage())),
      moments_(ErrorMoments::of_truth(nodes))
{
}

ErrorMoments RepeatedFit::next(const ErrorMoments& before, const Array& truth, double noise_variance) const
{
    const Array &h = fit_.shrinkage(), &l = fit_.loss(), &F = before.error2, &H = before.cross, &B = before.noise;
    const double bias = (v_ * (truth + 2 * H + F)).sum(), noise = (v_ * B).sum() + noise_variance;
    return {h * (h * F - 2 * l * H) + l.square() * truth + bias * fit_.unit_noise(), h * H - l * truth,
            h.square() * B + noise * fit_.unit_noise()};
}

void RepeatedFit::step(ErrorMoments& moments, double times) const
{
    for (double m = 0; m < times; ++m) moments = next(moments, fit_.nodes().coefficient2, noise_variance_);
}

void RepeatedFit::step_slope(ErrorMoments& slope, double times) const
{
    const Array none = Array::Zero(v_.size());
    for (double m = 0; m < times; ++m) slope = next(slope, none, 0);
}

/// From V_n, B_n for unit noise and their derivatives.
RepeatedFit::Both RepeatedFit::assembled(double n, const Both& V_and_B) const
{
    const Array& w2 = fit_.nodes().coefficient2;
    // log h without cancellation at either end.
    const Array log_h = (fit_.loss() < 0.5).select((-fit_.loss()).log1p(), fit_.shrinkage().log());
    const Array lost = -(n * log_h).expm1(), losing = (lost < 1).select((lost - 1) * log_h, 0);
    const auto& [moments, slope] = V_and_B;
    return {{lost.square() * w2 + moments.error2, -lost * w2, noise_variance_ * moments.noise},
            {2 * lost * losing * w2 + slope.error2, -losing * w2, noise_variance_ * slope.noise}};
}

/// z = e^s on Talbot's contour around s <= 0, scaled by 1 / n: 32 points give 14 digits (Weideman, Trefethen, "Parabolic and
/// hyperbolic contours for computing the Bromwich integral", Math. Comp. 76, 2007). d/dn z^n = s z^n.
RepeatedFit::Both RepeatedFit::by_contour(double n) const
{
    constexpr int points = 32;
    const Array &u = fit_.unit_noise(), power = v_ * fit_.nodes().coefficient2;
    const ErrorMoments none = ErrorMoments::of_truth(fit_.nodes());
    Both sum{none, none};
    for (int k = 0; k < points / 2; ++k) {  // the others are conjugate
        const double theta = std::numbers::pi * (2 * k + 1) / points;
        const Complex s = points / n * Complex(0.1309 - 0.1194 * theta * theta, 0.25 * theta);
        const Complex slope = points / n * Complex(-0.2388 * theta, 0.25), z_minus_1 = expm1(s);
        const Complex step = std::exp((n + 1) * s) * slope * (2.0 / points) / Complex(0, 1);
        const Eigen::ArrayXcd inverse = (decay_.cast<Complex>() + z_minus_1).inverse();
        const Complex gain = (inverse * v_ * u).sum(), phi = (inverse * power).sum();
        const Eigen::ArrayXcd resolvent = inverse * u * (step / (1.0 - gain));
        sum.moments.error2 += (resolvent * phi).real();
        sum.moments.noise += (resolvent / z_minus_1).real();
        sum.slope.error2 += (resolvent * (s * phi)).real();
        sum.slope.noise += (resolvent * (s / z_minus_1)).real();
    }
    return assembled(n, sum);
}

/// 1/2 <= n < 3/2: the contour wraps the cut z = -x, x > 0. What does not vanish fast for large x is taken out, of which
/// (sin pi n / pi) integral of x^n / (1 + x)^2 dx = n; with r = (x + M)^-1 u,
///   B_n = n u + (sin pi n / pi) integral of x^n (1 - M) r / (1 + x)^2 dx,
///   V_n = n u <v, w0^2> + (sin pi n / pi) integral of x^n (u phi_1 + (1 - M) r (phi_0 + phi_1)) / (1 + x)^2 dx,
///   phi_0 = <v, w0^2>,   phi_1 = <v, (1 - h^2) w0^2 / (x + h^2)>.
/// The trapezoid rule in log x: its error is exp(-2 pi^2 / step).
RepeatedFit::Both RepeatedFit::along_cut(double n) const
{
    constexpr double step = 0.6, negligible = 1e-16;
    const Array &u = fit_.unit_noise(), power = v_ * fit_.nodes().coefficient2, h2 = fit_.shrinkage().square();
    const double phi0 = power.sum(), factor = n == 1 ? 0 : std::sin(std::numbers::pi * n) / std::numbers::pi * step,
                 steeper = std::cos(std::numbers::pi * n) * step;  // d factor / dn
    const Array zero = Array::Zero(u.size());
    Both sum{{n * phi0 * u, zero, n * u}, {phi0 * u, zero, u}};
    Array inverse(u.size()), r(u.size()), V(u.size()), B(u.size());
    const auto add = [&](double y) {
        const double x = std::exp(y), weight = std::exp((n + 1) * y) / ((1 + x) * (1 + x));
        inverse = (x + h2).inverse();
        r = u * inverse;
        r /= 1 + (v_ * r).sum();
        B = weight * (decay_ * r - u * (v_ * r).sum());
        const double phi1 = (power * decay_ * inverse).sum();
        V = (weight * phi1) * u + (phi0 + phi1) * B;
        sum.moments.error2 += factor * V;
        sum.moments.noise += factor * B;
        sum.slope.error2 += (steeper + factor * y) * V;
        sum.slope.noise += (steeper + factor * y) * B;
        const double size = std::abs(factor) + std::abs(steeper + factor * y);
        return size * (cost_ * V.abs()).sum() <= negligible * (cost_ * sum.slope.error2.abs()).sum() &&
               size * (cost_ * B.abs()).sum() <= negligible * (cost_ * sum.slope.noise.abs()).sum();
    };
    constexpr int most = 600;
    for (int k = 0; k < most; ++k)
        if (add(k * step) && k > 10) break;
    for (int k = 1; k < most; ++k)
        if (add(-k * step) && k > 10) break;
    return assembled(n, sum);
}

ErrorMoments RepeatedFit::after(double n)
{
    const Array zero = Array::Zero(v_.size());
    if (n == 0) return ErrorMoments::of_truth(fit_.nodes());
    // Least squares: noise adds up, nothing is lost.
    if (fit_.kappa() == 0) return {zero, zero, noise_variance_ > 0 ? Array(n * noise_variance_ * fit_.unit_noise()) : zero};
    if (n < 0.5) return scaled(2 * n, after(0.5));
    if (is_step(n)) {
        if (n < made_) moments_ = ErrorMoments::of_truth(fit_.nodes());
        step(moments_, n < made_ ? n : n - made_);
        made_ = n;
        return moments_;
    }
    if (takes_contour(n)) return by_contour(n).moments;
    ErrorMoments moments = along_cut(n - steps_of(n)).moments;
    step(moments, steps_of(n));
    return moments;
}

ErrorMoments RepeatedFit::slope(double n)
{
    const Array zero = Array::Zero(v_.size());
    if (fit_.kappa() == 0) return {zero, zero, noise_variance_ > 0 ? Array(noise_variance_ * fit_.unit_noise()) : zero};
    if (n < 0.5) return scaled(2, after(0.5));
    if (takes_contour(n)) return by_contour(n).slope;
    const bool whole = is_step(n);
    if (!whole || sloped_ == 0 || sloped_ > n) {
        slope_ = along_cut(n - steps_of(n)).slope;
        sloped_ = 1;
    }
    step_slope(slope_, whole ? n - sloped_ : steps_of(n));
    sloped_ = whole ? n : 0;
    return slope_;
}

}  // namespace collapse::theory
