#include "collapse/theory/ridge_equivalent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/tools/toms748_solve.hpp>

#include "collapse/support/failure.hpp"

namespace collapse::theory {

namespace {

constexpr double largest_ridge = 1e305;  ///< sums of larger ones overflow; a fit is zero long before

double degrees_of_freedom(const Nodes& nodes, double kappa) { return nodes.sum(nodes.eigenvalue / (nodes.eigenvalue + kappa)); }

/// The root of an increasing function of log kappa, given a bracket.
template <class Function>
double root_in_log(Function&& increasing, double low, double high)
{
    double at_low = increasing(low), at_high = increasing(high);
    for (double step = 1; at_low > 0; step *= 2) at_low = increasing(low -= step);
    for (double step = 1; at_high < 0; step *= 2) at_high = increasing(high += step);
    if (at_low == 0) return std::exp(low);
    if (at_high == 0) return std::exp(high);
    std::uintmax_t evaluations = 500;
    const auto close = [](double a, double b) { return std::abs(b - a) <= 2e-15 * std::max(1.0, std::abs(a)); };
    const auto [a, b] = boost::math::tools::toms748_solve(increasing, low, high, at_low, at_high, close, evaluations);
    support::ensure(evaluations < 500, "the effective ridge is found");
    return std::exp(0.5 * (a + b));
}

}  // namespace

double effective_ridge(const Nodes& nodes, double T, double lambda)
{
    support::ensure(T > 0 && lambda >= 0, "an effective ridge has T > 0 and lambda >= 0");
    const double scale = nodes.sum(nodes.eigenvalue) / T;
    if (lambda + scale == lambda) return std::min(lambda, largest_ridge);  // kappa lies between them, see below
    if (lambda > 0) {
        // kappa lies between lambda and lambda + tr Sigma / T, because 0 <= kappa df1(kappa) <= tr Sigma. With
        // T - df1 = (T - d) + sum_j kappa / (s_j + kappa) nothing cancels for T >= d, however small lambda is; for T < d, where
        // kappa stays away from 0, T - df1 is the better of the two, d being possibly huge.
        const double surplus = T - nodes.dimension();
        const auto excess = [&](double log_kappa) {
            const double kappa = std::exp(log_kappa);
            const double spare =
                surplus < 0 ? T - degrees_of_freedom(nodes, kappa) : surplus + nodes.sum(kappa / (nodes.eigenvalue + kappa));
            return kappa * spare / T - lambda;
        };
        return root_in_log(excess, std::log(lambda), std::log(lambda + scale));
    }
    if (T >= nodes.dimension()) return 0;
    const auto excess = [&](double log_kappa) { return T - degrees_of_freedom(nodes, std::exp(log_kappa)); };
    return root_in_log(excess, std::log(scale) - 1, std::log(scale));
}

RidgeEquivalent::RidgeEquivalent(const Nodes& nodes, double T, double lambda)
    : nodes_(&nodes), kappa_(effective_ridge(nodes, T, lambda))
{
    const Array denominator = nodes.eigenvalue + kappa_;
    shrinkage_ = nodes.eigenvalue / denominator;
    loss_ = kappa_ / denominator;
    df1_ = nodes.sum(shrinkage_);
    df2_ = nodes.sum(shrinkage_.square());
    const double surplus = T - nodes.dimension();  // df2 = d - sum (1 - h^2), where nothing cancels in that
    unit_noise_ = shrinkage_ / denominator / (surplus >= 0 ? surplus + nodes.sum(loss_ * (1 + shrinkage_)) : T - df2_);
    if (lambda == 0 && T == nodes.dimension()) unit_noise_.setConstant(std::numeric_limits<double>::infinity());
}

Array RidgeEquivalent::push(const Array& second) const { return shrinkage_.square() * second + spill(second); }

Array RidgeEquivalent::spill(const Array& x) const
{
    if (kappa_ == 0) return Array::Zero(x.size());
    return unit_noise_ * nodes_->sum(nodes_->eigenvalue * loss_.square() * x);
}

}  // namespace collapse::theory
