#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <numbers>

#include "collapse/support/failure.hpp"
#include "collapse/theory/complex_ridge.hpp"
#include "collapse/theory/fixed_design.hpp"

// With Q(l) = (Shat + l)^-1, lambda_u = lambda u / (u - 1) and lambda_u Q(lambda_u) = u (1 - M) (u - M)^-1, a polynomial of M is
// an integral around the spectrum of M, which lies in [0, 1):
//   (1 - M) b(M) = (1 / 2 pi i) contour integral of b(u) / u lambda_u Q(lambda_u) du.
// Deterministic equivalents, kappa = kappa(lambda_u) complex, G = (Sigma + kappa)^-1:
//   lambda_u Q ~ kappa G,   lambda lambda' Q Sigma Q' ~ kappa kappa' G Sigma G' / (1 - (1/T) tr Sigma^2 G G').
// Because kappa (1 - df1(kappa) / T) = lambda_u, the last denominator is (lambda - lambda') / (kappa - kappa'), and the pair
// becomes a difference quotient of psi(kappa) = sum_j s_j w0_j^2 / (s_j + kappa). Both are taken relative to kappa* =
// kappa(lambda), the value at u = infinity, so that a small ridge costs no digits. With
//   S(u) = (1/T) sum_j s_j^2 / ((s_j + kappa) (s_j + kappa*)),   B(u) = sum_j s_j w0_j^2 / ((s_j + kappa) (s_j + kappa*)),
//   beta(u) = B / ((u - 1) (1 - S)) = (psi(kappa*) - psi(kappa)) / lambda,
//   bias = - double integral of a(u) b(u) a(u') b(u') (beta(u) - beta(u')) / (u - u'),   a(u) = kappa (u - 1) / u,
//   variance = integral of G(u) S / (1 - S) / (u - 1).
//
// The contour is the ellipse u = cosh^2 z, u - 1 = sinh^2 z, z = radius + i theta / 2, around [0, 1]: there |u|^n grows like
// exp(n radius^2) only, so that the trapezoid rule needs some sqrt(n) nodes where a circle would need n. With N the number of
// generations that matter, radius = 1.37 / sqrt(N), nodes = 11 sqrt(N): the part inside converges like exp(-2 radius nodes), the
// polynomials of degree 2 N outside like exp(2 radius nodes - nodes^2 / 2 N), both about exp(-30), while rounding errors grow by
// exp(2 N radius^2), less than 50.
namespace collapse::theory {

using Complex = std::complex<double>;
using Points = LabelChain::Points;
using problem::Errors;

namespace {

constexpr double overwhelming =
    1e100;  ///< times tr Sigma: the model is zero to all digits, and squares are still far from overflow

/// Nodes and everything that does not depend on the chain. Nodes i and size - 1 - i are conjugate.
class Contour {
  public:
    Contour(const Nodes& nodes, double T, double lambda, double generations, double refinement)
    {
        const double root = std::sqrt(std::max(1.0, generations)), radius = 1.37 / root;
        const auto half = static_cast<Eigen::Index>(std::ceil((5.5 * root + 10) * refinement)), count = 2 * half;
        u_ = to_bias_ = beta_ = to_variance_ = diagonal_ = Points(count);
        ComplexRidge ridge(nodes, T, lambda, radius);
        for (Eigen::Index i = 0; i < half; ++i) {
            const Complex z(radius, std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(count));
            ridge.move_to(z);
            const ComplexRidge::Sums sums = ridge.sums();
            const Complex cosh2 = std::cosh(z) * std::cosh(z), sinh2 = std::sinh(z) * std::sinh(z);
            const Complex weight = std::sinh(2.0 * z) / static_cast<double>(2 * count);  // du / (2 pi i)
            u_[i] = cosh2;
            to_bias_[i] = weight * ridge.kappa() * sinh2 / cosh2;
            beta_[i] = sums.B / (sinh2 * sums.one_minus_S);
            diagonal_[i] = -sums.slope / (sums.derivative * sinh2 * sinh2);
            to_variance_[i] = weight * sums.S / (sums.one_minus_S * sinh2);
        }
        for (Points* values : {&u_, &to_bias_, &beta_, &diagonal_, &to_variance_})
            values->tail(half) = values->head(half).reverse().conjugate();
    }

    Points upper_points() const { return u_.head(u_.size() / 2); }

    /// Errors of chains whose polynomials b and G have these values at the upper points.
    std::vector<Errors> errors(const std::vector<Points>& b, const std::vector<Points>& G) const
    {
        const Eigen::Index count = u_.size(), half = count / 2;
        std::vector<Errors> result(b.size(), Errors{0, 0, 0});
        std::vector<Points> left;
        for (const Points& values : b) {
            left.emplace_back(count);
            left.back() << values, values.reverse().conjugate();
            left.back() *= to_bias_;
        }
        for (Eigen::Index i = 0; i < half; ++i) {
            Points quotient = (beta_ - beta_[i]) / (u_ - u_[i]);
            quotient[i] = diagonal_[i];
            for (std::size_t k = 0; k < b.size(); ++k) result[k].bias -= 2 * (left[k][i] * (left[k] * quotient).sum()).real();
        }
        for (std::size_t k = 0; k < b.size(); ++k) {
            result[k].variance = 2 * (G[k] * to_variance_.head(half)).sum().real();
            result[k].test_error = result[k].bias + result[k].variance;
        }
        return result;
    }

  private:
    Points u_, to_bias_, beta_, diagonal_, to_variance_;
};

/// How many generations matter to generation n: sum of |copy| over those whose labels real ones have not drowned. Rounded up to a
/// power of four, so that nearby n share a contour and yet the bits of one do not depend on the others.
std::vector<double> depth_classes(const LabelRule& rule, double last)
{
    std::vector<double> classes{1};
    double depth = 0, largest = 1;
    for (double t = 1; t <= last; ++t) {
        const LabelStep step = rule(t);
        // A share 1 - real survives each generation: e^-40 is nothing.
        depth = std::min(depth + std::abs(step.copy), step.real() > 0 ? 40 / step.real() : std::numeric_limits<double>::infinity());
        if (depth > largest) largest *= 4;
        classes.push_back(largest);
    }
    return classes;
}

}  // namespace

/// 1. sort the generations asked for into classes that share a contour
/// 2. per class: kappa and the sums over the spectrum at its nodes; the chain's polynomials there, generation by generation
/// 3. one quadratic form for each bias, one sum for each variance
std::vector<Errors> fixed_design_contour(const Nodes& nodes, double T, double lambda, const LabelRule& rule, double first_noise,
                                         const std::vector<double>& generations, double refinement)
{
    support::ensure(lambda > 0, "a contour integral has a ridge");
    std::vector<Errors> result(generations.size());
    if (generations.empty()) return result;
    if (lambda > overwhelming * nodes.sum(nodes.eigenvalue)) {
        const double power = nodes.sum(nodes.eigenvalue * nodes.coefficient2);
        std::ranges::fill(result, Errors{power, power, 0});
        return result;
    }
    const std::vector<double> classes = depth_classes(rule, std::ranges::max(generations));
    std::map<double, std::vector<std::size_t>> members;
    for (std::size_t j = 0; j < generations.size(); ++j) members[classes[static_cast<std::size_t>(generations[j])]].push_back(j);

    for (const auto& [depth, indices] : members) {
        const Contour contour(nodes, T, lambda, depth, refinement);
        LabelChain chain(contour.upper_points(), first_noise);
        std::map<double, std::vector<std::size_t>> by_generation;
        for (const std::size_t j : indices) by_generation[generations[j]].push_back(j);
        std::vector<Points> b, G;
        std::vector<std::size_t> order;
        double t = 0;
        for (const auto& [n, cells] : by_generation) {
            while (t < n) chain.advance(rule(++t));
            for (const std::size_t j : cells) {
                b.push_back(chain.error());
                G.push_back(chain.noise());
                order.push_back(j);
            }
        }
        const std::vector<Errors> errors = contour.errors(b, G);
        for (std::size_t k = 0; k < order.size(); ++k) result[order[k]] = errors[k];
    }
    return result;
}

}  // namespace collapse::theory
