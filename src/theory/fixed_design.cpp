#include "collapse/theory/fixed_design.hpp"

#include <algorithm>

#include "collapse/theory/error_moments.hpp"

namespace collapse::theory {

using problem::Errors;

std::vector<double> label_noise(const LabelRule& rule, const LabelNoise& noise, const std::vector<double>& generations)
{
    std::vector<double> result(generations.size());
    const double last = generations.empty() ? -1 : std::ranges::max(generations);
    LabelChain chain(LabelChain::Points::Ones(1), noise);
    for (double t = 0; t <= last; ++t) {
        if (t > 0) chain.advance(rule(t));
        for (std::size_t j = 0; j < generations.size(); ++j)
            if (generations[j] == t) result[j] = chain.noise()[0].real();
    }
    return result;
}

std::vector<Errors> fixed_design_errors(const Nodes& nodes, double T, double lambda, const LabelRule& rule, const LabelNoise& noise,
                                        const std::vector<double>& generations)
{
    if (lambda > 0) return fixed_design_contour(nodes, T, lambda, rule, noise, generations);
    const RidgeEquivalent fit(nodes, T, lambda);
    const double bias = nodes.sum(nodes.eigenvalue * clean_error2(fit)), unit = nodes.sum(nodes.eigenvalue * fit.unit_noise());
    std::vector<Errors> result;
    for (const double variance : label_noise(rule, noise, generations)) {
        const double size = variance == 0 ? 0 : variance * unit;
        result.push_back({bias + size, bias, size});
    }
    return result;
}

double label_noise_limit(double w, const LabelNoise& noise)
{
    const double q = 1 - w;
    const bool fresh = noise.real_labels == RealLabels::fresh;
    const double renewed = q * q * noise.synthetic + (fresh ? w * w * noise.real : 0), kept = fresh && w > 0 ? 0 : noise.real;
    return renewed == 0 ? kept : kept + renewed / (w * (2 - w));
}

Errors fixed_design_limit(const Nodes& nodes, double T, double lambda, double w, const LabelNoise& noise)
{
    const Array& s = nodes.eigenvalue;
    const bool fresh = noise.real_labels == RealLabels::fresh;
    const double q = 1 - w, renewed = q * q * noise.synthetic + (fresh ? w * w * noise.real : 0);
    Errors limit;
    if (lambda == 0) {
        const RidgeEquivalent fit(nodes, T, 0);
        const double variance = label_noise_limit(w, noise);
        limit.bias = nodes.sum(s * clean_error2(fit));
        limit.variance = variance == 0 ? 0 : variance * nodes.sum(s * fit.unit_noise());
    } else if (w == 0) {
        const double kappa2 = effective_ridge(nodes, T, lambda / 2);
        limit.bias = nodes.sum(s * nodes.coefficient2);
        limit.variance = renewed * nodes.sum(s.square() / (s + kappa2)) / (2 * lambda * T);
    } else {
        const RidgeEquivalent one(nodes, T, lambda / w);
        const double kappa2 = effective_ridge(nodes, T, lambda / (2 - w)), S = nodes.sum(one.shrinkage() * s / (s + kappa2)) / T;
        limit.bias = nodes.sum(s * clean_error2(one));
        limit.variance = renewed * S / (1 - S) / (w * (2 - w)) + (fresh ? 0 : noise.real * nodes.sum(s * one.unit_noise()));
    }
    limit.test_error = limit.bias + limit.variance;
    return limit;
}

}  // namespace collapse::theory
