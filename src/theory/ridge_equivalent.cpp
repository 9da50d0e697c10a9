#include "collapse/theory/ridge_equivalent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/support/failure.hpp"
#include "collapse/theory/node_columns.hpp"

namespace collapse::theory {

namespace {

using numerics::Index;

constexpr double largest_ridge = 1e305;  ///< sums of larger ones overflow; a fit is zero long before

/// Sums over nodes at one kappa, with h = s r, r = 1 / (s + kappa).
struct Sums {
    double resolvent, mixed, square;  ///< of r, of h r, of h^2
};

/// In one pass, which takes no longer than its divisions.
Sums sums_at(const Nodes& nodes, double kappa)
{
    constexpr Index lanes = NodeColumns::lanes;
    using Lanes = NodeColumns::Lanes;
    Lanes resolvent = Lanes::Zero(), mixed = Lanes::Zero(), square = Lanes::Zero();
    const Array &s = nodes.eigenvalue, &w = nodes.weight;
    const Index whole = s.size() / lanes * lanes;
    for (Index j = 0; j < whole; j += lanes) {
        const Lanes r = (s.segment<lanes>(j) + kappa).inverse(), h = s.segment<lanes>(j) * r, wh = w.segment<lanes>(j) * h;
        resolvent += w.segment<lanes>(j) * r;
        mixed += wh * r;
        square += wh * h;
    }
    Sums sums{resolvent.sum(), mixed.sum(), square.sum()};
    for (Index j = whole; j < s.size(); ++j) {
        const double r = 1 / (s[j] + kappa), h = s[j] * r;
        sums.resolvent += w[j] * r;
        sums.mixed += w[j] * h * r;
        sums.square += w[j] * h * h;
    }
    return sums;
}

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
    const double scale = nodes.sum(nodes.eigenvalue) / T, surplus = T - nodes.dimension();
    if (lambda + scale == lambda) return std::min(lambda, largest_ridge);
    if (lambda == 0 && surplus >= 0) return 0;
    for (double kappa = lambda + scale;;) {
        const Sums sums = sums_at(nodes, kappa);
        const double mixed = kappa * sums.mixed, spare = surplus < 0 ? T - sums.square : surplus + kappa * sums.resolvent + mixed;
        const double next = (T * lambda + kappa * mixed) / spare;
        if (!(next < kappa)) return kappa;
        kappa = next;
    }
}

RidgeEquivalent::RidgeEquivalent(const Nodes& nodes, double T, double lambda)
    : nodes_(&nodes), kappa_(effective_ridge(nodes, T, lambda))
{
    const Array resolvent = (nodes.eigenvalue + kappa_).inverse();  // the one division
    if (kappa_ == 0) shrinkage_ = Array::Ones(resolvent.size());
    else shrinkage_ = nodes.eigenvalue * resolvent;
    loss_ = kappa_ * resolvent;
    df1_ = nodes.sum(shrinkage_);
    df2_ = nodes.sum(shrinkage_.square());
    const double surplus = T - nodes.dimension();  // df2 = d - sum (1 - h^2), where nothing cancels in that
    spare_ = lambda == 0 && surplus == 0 ? 0 : surplus >= 0 ? surplus + nodes.sum(loss_ * (1 + shrinkage_)) : T - df2_;
    unit_noise_ = shrinkage_ * resolvent * (1 / spare_);
}

Array RidgeEquivalent::push(const Array& second) const { return shrinkage_.square() * second + spill(second); }

Array RidgeEquivalent::spill(const Array& x) const
{
    if (kappa_ == 0) return Array::Zero(x.size());
    return unit_noise_ * nodes_->sum(nodes_->eigenvalue * loss_.square() * x);
}

}  // namespace collapse::theory
