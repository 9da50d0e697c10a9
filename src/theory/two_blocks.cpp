#include "collapse/theory/two_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <boost/math/tools/toms748_solve.hpp>

#include "collapse/support/failure.hpp"

namespace collapse::theory {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double degrees_of_freedom(const Nodes& nodes, double kappa) { return nodes.sum(nodes.eigenvalue / (nodes.eigenvalue + kappa)); }

/// The root delta > 0 of T1 theta_1 + T2 theta_2 = df1, theta_b = alpha_b delta / (1 + alpha_b delta): a quadratic equation
///   (T1 + T2 - df1) alpha_1 alpha_2 delta^2 + (a1 + a2 - df1 (alpha_1 + alpha_2)) delta = df1.
double common_delta(const Block& one, const Block& two, double df1)
{
    const double alpha1 = one.weight / one.rows, alpha2 = two.weight / two.rows;
    const double a = (one.rows + two.rows - df1) * alpha1 * alpha2, b = one.weight + two.weight - df1 * (alpha1 + alpha2);
    if (a <= 0) return infinite;
    const double root = std::sqrt(b * b + 4 * a * df1);
    return b > 0 ? 2 * df1 / (b + root) : (root - b) / (2 * a);
}

/// kappa and delta of two blocks of unequal row weights. For lambda > 0: kappa df1(kappa) / delta(df1(kappa)) increases with
/// kappa.
std::pair<double, double> solve(const Nodes& nodes, const Block& one, const Block& two, double lambda)
{
    const double rows = one.rows + two.rows;
    if (lambda == 0) {
        const double kappa = effective_ridge(nodes, rows, 0);
        return {kappa, rows <= nodes.dimension() ? infinite : common_delta(one, two, nodes.dimension())};
    }
    const auto excess = [&](double log_kappa) {
        const double kappa = std::exp(log_kappa), df1 = degrees_of_freedom(nodes, kappa);
        return kappa * df1 / common_delta(one, two, df1) - lambda;
    };
    double low = std::log(lambda / (one.weight + two.weight)), high = low, step = 1;
    while (excess(high) < 0) high += (step *= 2);
    while (excess(low) > 0) low -= 1;
    std::uintmax_t evaluations = 500;
    const auto close = [](double a, double b) { return std::abs(b - a) <= 2e-15 * std::max(1.0, std::abs(a)); };
    const auto [a, b] = boost::math::tools::toms748_solve(excess, low, high, close, evaluations);
    support::ensure(evaluations < 500, "the effective ridge of two blocks is found");
    const double kappa = std::exp(0.5 * (a + b));
    return {kappa, common_delta(one, two, degrees_of_freedom(nodes, kappa))};
}

double share_of_row(const Block& block, double delta)
{
    if (!block.present()) return 0;
    const double pull = block.weight / block.rows * delta;
    return std::isinf(pull) ? 1 : pull / (1 + pull);
}

}  // namespace

/// 1. kappa and the shares theta_b: those of one block if only one is present or all rows weigh the same.
/// 2. f_b, rho_b, and what one generation keeps, loses and spreads.
TwoBlocks::TwoBlocks(const Nodes& nodes, Block real, Block synthetic, double lambda) : nodes_(&nodes)
{
    support::ensure(real.present() || synthetic.present(), "a fit on two blocks has rows");
    if (!real.present()) real = {};
    if (!synthetic.present()) synthetic = {};
    const double rows = real.rows + synthetic.rows, weight = real.weight + synthetic.weight;
    const bool alike =
        !real.present() || !synthetic.present() ||
        std::abs(real.weight * synthetic.rows - synthetic.weight * real.rows) <= 1e-14 * real.weight * synthetic.rows;
    double theta1 = 0, theta2 = 0;
    if (alike) {
        kappa_ = effective_ridge(nodes, rows, lambda / weight);
        theta1 = theta2 = degrees_of_freedom(nodes, kappa_) / rows;
    } else {
        const auto solution = solve(nodes, real, synthetic, lambda);
        kappa_ = solution.first;
        theta1 = share_of_row(real, solution.second);
        theta2 = share_of_row(synthetic, solution.second);
    }

    const Array denominator = nodes.eigenvalue + kappa_, shrinkage = nodes.eigenvalue / denominator;
    const double df1 = real.rows * theta1 + synthetic.rows * theta2, df2 = nodes.sum(shrinkage.square());
    const double f1 = real.rows * theta1 / df1, f2 = synthetic.rows * theta2 / df1;
    rho1_ = real.present() ? f1 * f1 / real.rows : 0;
    rho2_ = synthetic.present() ? f2 * f2 / synthetic.rows : 0;
    loss_ = kappa_ / denominator;
    kept_ = f2 * shrinkage;
    passed_ = loss_ + f1 * shrinkage;
    const double remaining = lambda == 0 && rows == nodes.dimension() ? 0 : 1 - (rho1_ + rho2_) * df2;
    share_ = shrinkage / denominator / remaining;
    map_ = {passed_ * (1 + kept_), share_, nodes.weight * nodes.eigenvalue * (rho1_ * kept_.square() + rho2_ * passed_.square())};
}

/// At the interpolation threshold a residual of zero still has no effect, and any other an infinite one.
Array TwoBlocks::spread(double residual) const { return residual == 0 ? Array::Zero(share_.size()) : Array(share_ * residual); }

/// What E m^2 and the spread of the residuals have besides the share of `before.error2`.
Array TwoBlocks::bias_source(const Array& cross) const
{
    const Array& s = nodes_->eigenvalue;
    const Array pulled = loss_.square() * nodes_->coefficient2;
    const Array moved = pulled - 2 * kept_ * loss_ * cross, left = pulled + 2 * passed_ * loss_ * cross;
    return moved + spread(rho1_ * nodes_->sum(s * moved) + rho2_ * nodes_->sum(s * left));
}

double TwoBlocks::noise_residual(double real_noise, double synthetic_noise) const
{
    return rho1_ * real_noise + rho2_ * synthetic_noise;
}

ErrorMoments TwoBlocks::after(const ErrorMoments& before, double real_noise, double synthetic_noise) const
{
    const auto mapped = [&](const Array& x) -> Array { return kept_.square() * x + spread((map_.row * x).sum()); };
    ErrorMoments after;
    after.error2 = mapped(before.error2) + bias_source(before.cross);
    after.cross = kept_ * before.cross - loss_ * nodes_->coefficient2;
    after.noise = mapped(before.noise) + spread(noise_residual(real_noise, synthetic_noise));
    return after;
}

ErrorMoments TwoBlocks::limit(double real_noise, double synthetic_noise) const
{
    ErrorMoments limit;
    limit.cross = kappa_ == 0 ? Array::Zero(loss_.size()) : Array(-loss_ / passed_ * nodes_->coefficient2);
    limit.error2 = map_.limit(bias_source(limit.cross));
    limit.noise = map_.limit(spread(noise_residual(real_noise, synthetic_noise)));
    return limit;
}

}  // namespace collapse::theory
