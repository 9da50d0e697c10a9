#include "collapse/theory/error_moments.hpp"

namespace collapse::theory {

ErrorMoments ErrorMoments::of_truth(const Nodes& nodes)
{
    const Array zero = Array::Zero(nodes.eigenvalue.size());
    return {zero, zero, zero};
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

ErrorMoments after_fit(const RidgeEquivalent& fit, const ErrorMoments& before, double noise_variance, double q)
{
    const Array& h = fit.shrinkage();
    ErrorMoments after;
    after.error2 =
        q * q * fit.push(before.error2) + 2 * q * (fit.spill(before.cross) - h * fit.loss() * before.cross) + clean_error2(fit);
    after.cross = q * h * before.cross - fit.loss() * fit.nodes().coefficient2;
    after.noise = q * q * fit.push(before.noise);
    if (noise_variance > 0) after.noise += noise_variance * fit.unit_noise();
    return after;
}

}  // namespace collapse::theory
