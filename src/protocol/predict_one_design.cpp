#include <algorithm>
#include <cmath>
#include <numbers>

#include "collapse/theory/exact_chain.hpp"
#include "collapse/theory/fixed_design.hpp"
#include "predictors.hpp"

namespace collapse::protocol {

namespace {

using numerics::infinite;

/// All fits of a scheme on one design, with one ridge.
struct OneDesign {
    const Scheme& scheme;
    const Nodes& nodes;
    double T, ridge;  ///< ridge of the mean squared residual
    double first_noise;

    OneDesign(const Scheme& described, const Nodes& known, std::size_t i) : scheme(described), nodes(known)
    {
        const Fit first = scheme.generation(0);
        const Use use = present_uses(first)[0];
        T = use.block.rows;
        ridge = first.ridges[i] / (use.weight * T);
        first_noise = noise_variance(use.labels);
    }

    Prediction of(const Errors& errors, double label_noise) const
    {
        theory::ExactChain exact(nodes);
        exact.fit(T, ridge, label_noise);
        return {errors, exact.test_error()};
    }

    /// Averages: the labels' amplitude is multiplied by (t + M) / (t + 1) in generation t. Where M = 1 their noise comes to that of
    /// generation 0 and (pi^2 / 6 - 1) times that of the others; where M < 1 the product tends to zero like t^(M - 1), and with it, in
    /// the end, the model: then the error is that of predicting zero.
    Prediction limit_of_averages() const
    {
        const double power = nodes.sum(nodes.eigenvalue * nodes.coefficient2);
        if (ridge > 0) return {{power, power, 0}};
        const double own = 4 * label_step(scheme, 1).noise, growth = std::numbers::pi * std::numbers::pi / 6 - 1;
        const double noise = first_noise + growth * own;
        const auto keep = [](double) { return theory::LabelStep{.keep = 1}; };
        return of(theory::fixed_design_errors(nodes, T, 0, keep, noise, {0})[0], noise);
    }

    Prediction limit() const
    {
        if (averages_labels(scheme)) return limit_of_averages();
        if (std::isinf(scheme.repeats_from)) return {};
        const theory::LabelStep step = label_step(scheme, infinite);
        if (step.keep != 0) return {};
        return of(theory::fixed_design_limit(nodes, T, ridge, step, first_noise), theory::label_noise_limit(step, first_noise));
    }
};

}  // namespace

void predict_one_design(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result)
{
    const auto rule = [&](double t) { return label_step(scheme, t); };
    std::vector<double> wanted;  // the generations asked for, and the ones before them
    for (const double n : row.distinct_generations())
        for (const double t : {n - 1, n})
            if (t >= 0 && std::isfinite(t) && (wanted.empty() || wanted.back() < t)) wanted.push_back(t);
    for (const std::size_t i : ridges) {
        const OneDesign design(scheme, nodes, i);
        const auto errors = theory::fixed_design_errors(nodes, design.T, design.ridge, rule, design.first_noise, wanted);
        const auto noise = theory::label_noise(rule, design.first_noise, wanted);
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            const double n = row.generations[j];
            if (std::isinf(n)) {
                result(i, j) = design.limit();
                result(i, j).asymptotic.generator_error = result(i, j).asymptotic.test_error;
                continue;
            }
            const auto k = static_cast<std::size_t>(std::ranges::lower_bound(wanted, n) - wanted.begin());
            result(i, j) = design.of(errors[k], noise[k]);
            if (n > 0) result(i, j).asymptotic.generator_error = errors[k - 1].test_error;
        }
    }
}

}  // namespace collapse::protocol
