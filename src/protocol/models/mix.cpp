#include <algorithm>
#include <cmath>

#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

namespace {

/// The weight of real labels in generation t = 0, 1, ..., inf: constant after the first model, or adaptive [GBS],
/// w_t = (1 + w_{t-1}) / (2 + w_{t-1}), w_0 = 1, which tends to 1 / golden ratio, the root of w^2 + w = 1.
double weight(double t, double constant)
{
    constexpr double stationary = 50;  // to rounding after 20
    if (t == 0 || !std::isnan(constant)) return t == 0 ? 1 : constant;
    if (std::isinf(t)) return (std::sqrt(5.0) - 1) / 2;
    double w = 1;
    for (int i = 0; i < std::min(t, stationary); ++i) w = (1 + w) / (2 + w);
    return w;
}

/// Every generation is fitted on labels mixed of real and synthetic ones [GBS]:
///   w_0 = fit(T rows, labels X w0 + sigma noise);
///   w_t = fit(T rows, labels w (X w0 + sigma noise) + (1 - w) (X w_{t-1} + sigma0 noise)), t = 1..n; w_n is evaluated.
class Mix final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "mix",
            .summary = "each generation is fitted on T rows with labels mixed of real ones, weight w, and those of the one before",
            .parameters = {"d", "sigma", "sigma0", "w", "T", "lambda", "n"},
            .options =
                {{"design", {"fresh", "fixed"}, "fresh", "covariates: drawn anew for each generation, or the same for all"},
                 {"real_labels", {"fresh", "fixed"}, "fresh", "noise of real labels: drawn anew, or the same for all generations"},
                 {"weighting",
                  {"constant", "adaptive"},
                  "constant",
                  "weight of real labels: w, or (1 + w)/(2 + w) of the one before",
                  {},
                  "w"}},
            .citations = {"GBS", "WYS"}};
    }

    void check(const Cell& cell, const Choices& choices) const override
    {
        support::validate(choices.at("design") == "fixed" || choices.at("real_labels") == "fresh",
                          "model.real_labels = fixed needs the rows to stay the same; set model.design = fixed");
        const bool adaptive = choices.at("weighting") == "adaptive";
        support::validate(adaptive || !std::isnan(cell.w),
                          "grid.w is missing: protocol mix needs the weight of real labels; add a "
                          "line such as w = 0.5 or w = adaptive");
        support::validate(!adaptive || std::isnan(cell.w), "grid.w = {} is not used with model.weighting = adaptive; remove it",
                          cell.w);
    }

    Scheme scheme(const Row& row, const Choices& choices) const override
    {
        const Cell cell = row.cell;
        const bool fixed = choices.at("design") == "fixed", keeps = choices.at("real_labels") == "fixed",
                   adaptive = choices.at("weighting") == "adaptive";
        const double constant = adaptive ? Cell::unset : cell.w;
        std::vector<double> ridges = row.lambda;
        return {.generation = [=](double t) -> Fit {
                    const double w = weight(t, constant), q = 1 - w;
                    problem::Labels labels{.models = {{t - 1, q}}, .noise = {{2 * t + 1, q * cell.sigma0}}};
                    if (keeps && t > 0) labels.kept = {{0, w}};
                    else labels.noise.push_back({2 * t, w * cell.sigma});
                    return {ridges, {{{0, fixed ? 0 : t, cell.T}, 1 / cell.T, labels}}};
                },
                .repeats_from = adaptive ? 50.0 : 1.0};
    }
};

}  // namespace

const Protocol& protocol_mix()
{
    static const Mix instance;
    return instance;
}

}  // namespace collapse::protocol
