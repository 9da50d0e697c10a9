#include "collapse/theory/fixed_design.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/theory/error_moments.hpp"

namespace collapse::theory {

using problem::Errors;

std::vector<double> label_noise(const LabelRule& rule, double first_noise, const std::vector<double>& generations)
{
    std::vector<double> result(generations.size());
    const double last = generations.empty() ? -1 : std::ranges::max(generations);
    LabelChain chain(LabelChain::Points::Ones(1), first_noise);
    for (double t = 0; t <= last; ++t) {
        if (t > 0) chain.advance(rule(t));
        for (std::size_t j = 0; j < generations.size(); ++j)
            if (generations[j] == t) result[j] = chain.noise()[0].real();
    }
    return result;
}

std::vector<Errors> fixed_design_errors(const Nodes& nodes, double T, double lambda, const LabelRule& rule, double first_noise,
                                        const std::vector<double>& generations)
{
    if (generations.empty()) return {};
    const RidgeEquivalent fit(nodes, T, lambda);
    const double bias = nodes.sum(nodes.eigenvalue * clean_error2(fit)), unit = nodes.sum(nodes.eigenvalue * fit.unit_noise());
    const auto with_noise = [&](double variance) {
        const double size = variance == 0 ? 0 : variance * unit;
        return Errors{bias + size, bias, size};
    };
    std::vector<Errors> result;
    if (lambda == 0) {
        for (const double variance : label_noise(rule, first_noise, generations)) result.push_back(with_noise(variance));
        return result;
    }
    if (std::ranges::max(generations) > 0) result = fixed_design_contour(nodes, T, lambda, rule, first_noise, generations);
    else result.resize(generations.size());
    for (std::size_t j = 0; j < generations.size(); ++j)
        if (generations[j] == 0) result[j] = with_noise(first_noise);  // one fit
    return result;
}

double label_noise_limit(const LabelStep& step, double first_noise)
{
    const double w = 1 - step.copy, amplitude = w == 0 ? 1 : step.first / w;
    if (w < 0 || w >= 2) return std::numeric_limits<double>::quiet_NaN();
    const double kept = amplitude * amplitude * first_noise;
    return step.noise == 0 ? kept : kept + step.noise / (w * (2 - w));
}

Errors fixed_design_limit(const Nodes& nodes, double T, double lambda, const LabelStep& step, double first_noise)
{
    const Array& s = nodes.eigenvalue;
    const double w = 1 - step.copy;
    Errors limit;
    if (w < 0 || w >= 2) return limit;
    if (lambda == 0) {
        const RidgeEquivalent fit(nodes, T, 0);
        const double variance = label_noise_limit(step, first_noise);
        limit.bias = nodes.sum(s * clean_error2(fit));
        limit.variance = variance == 0 ? 0 : variance * nodes.sum(s * fit.unit_noise());
    } else if (w == 0) {
        const double kappa2 = effective_ridge(nodes, T, lambda / 2);
        limit.bias = nodes.sum(s * nodes.coefficient2);
        limit.variance = step.noise * nodes.sum(s.square() / (s + kappa2)) / (2 * lambda * T);
    } else {
        const RidgeEquivalent one(nodes, T, lambda / w);
        const double kappa2 = effective_ridge(nodes, T, lambda / (2 - w)), S = nodes.sum(one.shrinkage() * s / (s + kappa2)) / T;
        const double kept = std::pow(step.first / w, 2) * first_noise;
        limit.bias = nodes.sum(s * clean_error2(one));
        limit.variance = step.noise * S / (1 - S) / (w * (2 - w)) + kept * nodes.sum(s * one.unit_noise());
    }
    limit.test_error = limit.bias + limit.variance;
    return limit;
}

}  // namespace collapse::theory
