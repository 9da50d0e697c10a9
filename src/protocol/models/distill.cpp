#include <cmath>

#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

namespace {

/// Self-distillation on one set of rows, whose real labels are kept [PDO, DPR]:
///   w_0 = fit(X, y), y = X w0 + sigma noise;   w_t = fit(X, labels w y + (1 - w) X w_{t-1}), t = 1..n; w_n is evaluated.
/// The share w may be any number. teacher_ridge = lambda0: all fits but the evaluated one have the ridge lambda0.
class Distill final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "distill",
            .summary = "each generation is fitted on the same rows, labelled by their real labels, share w, and the model before",
            .parameters = {"d", "sigma", "w", "T", "lambda", "lambda0", "n"},
            .options = {{"teacher_ridge", {"lambda", "lambda0"}, "lambda", "ridge of the models before the evaluated one"}},
            .citations = {"PDO", "DPR"}};
    }

    void check(const Cell& cell, const Choices& choices) const override
    {
        support::validate(
            !std::isnan(cell.w),
            "grid.w is missing: protocol distill needs the share of real labels; add a line such as w = 0.5 (any real "
            "number)");
        support::validate(choices.at("teacher_ridge") == "lambda0" || cell.lambda0 == 0,
                          "grid.lambda0 = {} is not used with model.teacher_ridge = lambda; set model.teacher_ridge = lambda0, or "
                          "remove grid.lambda0",
                          cell.lambda0);
    }

    Scheme scheme(const Row& row, const Choices& choices) const override
    {
        const Cell cell = row.cell;
        const bool other_ridge = choices.at("teacher_ridge") == "lambda0";
        std::vector<double> ridges = row.lambda, own(row.lambda.size(), cell.lambda0);
        const auto fit = [=](double t, const std::vector<double>& ridge, bool swept) -> Fit {
            problem::Labels labels;
            if (t == 0) labels.noise = {{0, cell.sigma}};
            else labels = {.models = {{t - 1, 1 - cell.w}}, .kept = {{0, cell.w}}};
            return {ridge, {{{0, 0, cell.T}, 1 / cell.T, labels}}, 0, swept};
        };
        if (!other_ridge) return {.generation = [=](double t) { return fit(t, ridges, true); }};
        return {.generation = [=](double t) { return fit(t, own, false); },
                .evaluated = [=](double n) { return fit(n, ridges, true); }};
    }
};

}  // namespace

const Protocol& protocol_distill()
{
    static const Distill instance;
    return instance;
}

}  // namespace collapse::protocol
