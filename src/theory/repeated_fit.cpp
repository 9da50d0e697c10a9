#include "collapse/theory/repeated_fit.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "collapse/theory/fresh_fit.hpp"

namespace collapse::theory {

namespace {

using Complex = std::complex<double>;

constexpr double longest_recursion = 256;  ///< whole generations; beyond, the contour is cheaper
constexpr double shortest_contour = 8;     ///< the contour must stay within |Im log z| < pi

/// What the integrals are made of [nodes].
struct Parts {
    explicit Parts(const RidgeEquivalent& fit)
        : u(fit.unit_noise()),
          cost(fit.nodes().weight * fit.nodes().eigenvalue),
          v(cost * fit.loss().square()),
          power(v * fit.nodes().coefficient2),
          decay(fit.loss() * (1 + fit.shrinkage()))
    {
    }
    Array u;
    Array cost;  ///< weight s: what a unit of V or B adds to the test error
    Array v;
    Array power;  ///< v w0^2
    Array decay;  ///< 1 - h^2, without cancellation
};

struct Moments {
    Array V, B;
};

/// (1 - h^n)^2 w0^2 + V, (h^n - 1) w0^2, B.
ErrorMoments assemble(const RidgeEquivalent& fit, double noise_variance, double n, const Moments& moments)
{
    const Array& w2 = fit.nodes().coefficient2;
    // log h without cancellation at either end.
    const Array log_h = (fit.loss() < 0.5).select((-fit.loss()).log1p(), fit.shrinkage().log());
    const Array lost = -(n * log_h).expm1();
    return {lost.square() * w2 + moments.V, -lost * w2, noise_variance > 0 ? Array(noise_variance * moments.B) : Array(0 * w2)};
}

Complex expm1(Complex s)
{
    const double half = std::sin(0.5 * s.imag());
    return {std::expm1(s.real()) * std::cos(s.imag()) - 2 * half * half, std::exp(s.real()) * std::sin(s.imag())};
}

/// z = e^s on Talbot's contour around s <= 0, scaled by 1 / n: 32 points give 14 digits (Weideman, Trefethen, "Parabolic and
/// hyperbolic contours for computing the Bromwich integral", Math. Comp. 76, 2007).
Moments by_contour(const Parts& parts, double n)
{
    constexpr int points = 32;
    Moments sum{Array::Zero(parts.u.size()), Array::Zero(parts.u.size())};
    for (int k = 0; k < points / 2; ++k) {  // the others are conjugate
        const double theta = std::numbers::pi * (2 * k + 1) / points;
        const Complex s = points / n * Complex(0.1309 - 0.1194 * theta * theta, 0.25 * theta);
        const Complex slope = points / n * Complex(-0.2388 * theta, 0.25), z_minus_1 = expm1(s);
        const Complex step = std::exp((n + 1) * s) * slope * (2.0 / points) / Complex(0, 1);
        const Eigen::ArrayXcd inverse = (parts.decay.cast<Complex>() + z_minus_1).inverse();
        const Complex gain = (inverse * parts.v * parts.u).sum(), phi = (inverse * parts.power).sum();
        const Eigen::ArrayXcd resolvent = inverse * parts.u * (step / (1.0 - gain));
        sum.V += (resolvent * phi).real();
        sum.B += (resolvent / z_minus_1).real();
    }
    return sum;
}

/// 1/2 <= n < 3/2: the contour wraps the cut z = -x, x > 0. What does not vanish fast for large x is taken out, of which
/// (sin pi n / pi) integral of x^n / (1 + x)^2 dx = n; with r = (x + M)^-1 u,
///   B_n = n u + (sin pi n / pi) integral of x^n (1 - M) r / (1 + x)^2 dx,
///   V_n = n u <v, w0^2> + (sin pi n / pi) integral of x^n (u phi_1 + (1 - M) r (phi_0 + phi_1)) / (1 + x)^2 dx,
///   phi_0 = <v, w0^2>,   phi_1 = <v, (1 - h^2) w0^2 / (x + h^2)>.
/// The trapezoid rule in log x: its error is exp(-2 pi^2 / step).
Moments along_cut(const Parts& parts, double n)
{
    constexpr double step = 0.6, negligible = 1e-16;
    const double factor = n == 1 ? 0 : std::sin(std::numbers::pi * n) / std::numbers::pi * step, phi0 = parts.power.sum();
    Moments sum{n * phi0 * parts.u, n * parts.u};
    if (factor == 0) return sum;
    const Array h2 = 1 - parts.decay;
    const auto add = [&](double y) {
        const double x = std::exp(y), weight = factor * std::exp((n + 1) * y) / ((1 + x) * (1 + x));
        const Array inverse = (x + h2).inverse(), a = parts.u * inverse;
        const Array r = a / (1 + (parts.v * a).sum()), moved = parts.decay * r - parts.u * (parts.v * r).sum();
        const double phi1 = (parts.power * parts.decay * inverse).sum();
        const Array V = weight * (parts.u * phi1 + moved * (phi0 + phi1)), B = weight * moved;
        sum.V += V;
        sum.B += B;
        const auto size = [&](const Array& moments) { return (parts.cost * moments.abs()).sum(); };
        return size(V) <= negligible * size(sum.V) && size(B) <= negligible * size(sum.B);
    };
    constexpr int most = 600;
    for (int k = 0; k < most; ++k)
        if (add(k * step) && k > 10) break;
    for (int k = 1; k < most; ++k)
        if (add(-k * step) && k > 10) break;
    return sum;
}

}  // namespace

ErrorMoments repeated_fit(const Nodes& nodes, double T, double lambda, double noise_variance, double n)
{
    const RidgeEquivalent fit(nodes, T, lambda);
    const Array zero = Array::Zero(fit.shrinkage().size());
    if (n == 0) return ErrorMoments::of_truth(nodes);
    // Least squares: noise adds up, nothing is lost.
    if (fit.kappa() == 0) return {zero, zero, noise_variance > 0 ? Array(n * noise_variance * fit.unit_noise()) : zero};
    if (n < 0.5) {
        const ErrorMoments half = repeated_fit(nodes, T, lambda, noise_variance, 0.5);
        return {2 * n * half.error2, 2 * n * half.cross, 2 * n * half.noise};
    }
    const bool whole = n == std::floor(n);
    if (n > longest_recursion || (n >= shortest_contour && !whole))
        return assemble(fit, noise_variance, n, by_contour(Parts(fit), n));
    const FreshFit step(nodes, {{T, 1}}, lambda);
    const std::vector<FreshLabels> labels{{.before = 1, .noise = noise_variance}};
    const double steps = std::floor(n - 0.5);
    ErrorMoments moments =
        whole ? ErrorMoments::of_truth(nodes) : assemble(fit, noise_variance, n - steps, along_cut(Parts(fit), n - steps));
    for (double m = 0; m < (whole ? n : steps); ++m) moments = step.after(moments, labels);
    return moments;
}

}  // namespace collapse::theory
