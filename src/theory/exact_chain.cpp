#include "collapse/theory/exact_chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace collapse::theory {

ExactChain::ExactChain(const problem::Nodes& nodes)
    : isotropic_((nodes.eigenvalue == nodes.eigenvalue[0]).all()),
      d_(nodes.dimension()),
      power_(nodes.sum(nodes.eigenvalue * nodes.coefficient2))
{
}

ExactChain::Step ExactChain::step(double T, double lambda, double noise_variance, double q)
{
    const bool projects = T < d_;
    if (lambda > 0 || (projects && !isotropic_)) known_ = false;
    Step step{projects ? T / d_ * q * q : q * q, projects ? (1 - T / d_) * power_ : 0};
    if (noise_variance == 0) return step;
    const double excess = std::abs(T - d_) - 1;
    if (excess < 1) known_ = false;
    step.addition += noise_variance * std::min(T, d_) / excess;
    return step;
}

void ExactChain::fit(double T, double lambda, double noise_variance, double q)
{
    const Step next = step(T, lambda, noise_variance, q);
    error_ = next.ratio * error_ + next.addition;
}

void ExactChain::fit_repeatedly(double T, double lambda, double noise_variance, double n)
{
    if (n == 0) return;
    const Step next = step(T, lambda, noise_variance, 1);
    error_ = next.ratio == 1 ? n * next.addition : next.addition * std::expm1(n * std::log(next.ratio)) / (next.ratio - 1);
}

void ExactChain::fit_for_ever(double T, double lambda, double noise_variance, double q)
{
    const Step next = step(T, lambda, noise_variance, q);
    if (next.ratio < 1) error_ = next.addition / (1 - next.ratio);
    else if (next.addition > 0) error_ = std::numeric_limits<double>::infinity();
}

double ExactChain::test_error() const { return known_ ? error_ : std::numeric_limits<double>::quiet_NaN(); }

}  // namespace collapse::theory
