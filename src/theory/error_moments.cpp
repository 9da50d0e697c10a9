#include "collapse/theory/error_moments.hpp"

#include <utility>

namespace collapse::theory {

ErrorMoments ErrorMoments::of_truth(const Nodes& nodes, std::vector<Array> teachers)
{
    const Array zero = Array::Zero(nodes.eigenvalue.size());
    const std::vector<Array> uncorrelated(teachers.size(), zero);
    return {zero, zero, zero, uncorrelated, std::move(teachers)};
}

problem::Errors ErrorMoments::errors(const Nodes& nodes) const
{
    const double bias = nodes.sum(nodes.eigenvalue * error2), variance = nodes.sum(nodes.eigenvalue * noise);
    return {bias + variance, bias, variance};
}

Array clean_error2(const RidgeEquivalent& fit)
{
    const Array& w2 = fit.nodes().coefficient2;
    return fit.loss().square() * w2 + fit.spill(w2);
}

}  // namespace collapse::theory
