#include "collapse/theory/ridge_equivalent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/support/failure.hpp"

namespace collapse::theory {

namespace {

constexpr double largest_ridge = 1e305;  ///< sums of larger ones overflow; a fit is zero long before

}  // namespace

/// With h = s / (s + kappa), l = 1 - h, the function kappa (1 - df1 / T) - lambda is convex and has the derivative 1 - df2 / T, so that
/// Newton's steps
///   kappa' = (T lambda + kappa sum_j h l) / (T - df2)
/// from the right of the root, where T > df2, come down to it, the last ones quadratically, until rounding stops them. It lies
/// between lambda and lambda + tr Sigma / T, because 0 <= kappa df1 <= tr Sigma. With T - df2 = (T - d) + sum_j l (1 + h) nothing
/// cancels for T >= d, however small lambda is; for T < d, where kappa stays away from 0, T - df2 is the better of the two, d being
/// possibly huge.
double effective_ridge(const Nodes& nodes, double T, double lambda)
{
    support::ensure(T > 0 && lambda >= 0, "an effective ridge has T > 0 and lambda >= 0");
    const Array &s = nodes.eigenvalue, &w = nodes.weight;
    const double scale = nodes.sum(s) / T, surplus = T - nodes.dimension();
    if (lambda + scale == lambda) return std::min(lambda, largest_ridge);
    if (lambda == 0 && surplus >= 0) return 0;
    Array resolvent(s.size());
    for (double kappa = lambda + scale;;) {
        resolvent = (s + kappa).inverse();
        const double mixed = kappa * (w * (s * resolvent) * resolvent).sum();  // sum_j h l
        const double spare =
            surplus < 0 ? T - (w * (s * resolvent).square()).sum() : surplus + kappa * (w * resolvent).sum() + mixed;
        const double next = (T * lambda + kappa * mixed) / spare;
        if (!(next < kappa)) return kappa;
        kappa = next;
    }
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
    spare_ = lambda == 0 && surplus == 0 ? 0 : surplus >= 0 ? surplus + nodes.sum(loss_ * (1 + shrinkage_)) : T - df2_;
    unit_noise_ = shrinkage_ / denominator / spare_;
}

Array RidgeEquivalent::push(const Array& second) const { return shrinkage_.square() * second + spill(second); }

Array RidgeEquivalent::spill(const Array& x) const
{
    if (kappa_ == 0) return Array::Zero(x.size());
    return unit_noise_ * nodes_->sum(nodes_->eigenvalue * loss_.square() * x);
}

}  // namespace collapse::theory
