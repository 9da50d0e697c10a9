#include <limits>

#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

namespace {

using problem::Use;

/// Every generation adds T rows, and models are fitted on all rows so far [GSD]:
///   w_0 = fit(X_0, labels X_0 w0 + sigma noise);
///   w_t = fit(X_0 .. X_t, labels as each block got them: X_t's are X_t w_{t-1} + sigma0 noise), t = 1..n; w_n is evaluated.
/// The ridge acts on the averaged Gram matrix. design = fixed: every X_t is X_0 [KSD], so that a fit is one on the average of the
/// labels so far. subsample = yes: each fit uses T of the labelled rows so far, drawn without replacement [KSD].
class Accumulate final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "accumulate",
            .summary = "each generation adds T rows labelled by the one before and is fitted on all rows so far",
            .parameters = {"d", "sigma", "sigma0", "T", "lambda", "n"},
            .options = {{"design", {"fresh", "fixed"}, "fresh", "covariates: drawn anew for each generation, or the same for all"},
                        {"subsample", {"no", "yes"}, "no", "fit on T of the rows so far instead of all"}},
            .citations = {"GSD", "KSD"}};
    }

    Scheme scheme(const Row& row, const Choices& choices) const override
    {
        const Cell cell = row.cell;
        const double T = cell.T;
        const bool fixed = choices.at("design") == "fixed", subsample = choices.at("subsample") == "yes";
        std::vector<double> ridges = row.lambda;
        constexpr double never = std::numeric_limits<double>::infinity();
        const auto size = [cell](double t) { return t == 0 ? cell.sigma : cell.sigma0; };
        if (fixed && !subsample)
            return {.generation = [=](double t) -> Fit {
                        const double part = 1 / (t + 1);
                        return {ridges,
                                {{{0, 0, T},
                                  1 / T,
                                  {.models = {{t - 1, part}}, .kept = {{t - 1, t * part}}, .noise = {{t, size(t) * part}}}}}};
                    },
                    .repeats_from = never};
        return {.generation = [=](double t) -> Fit {
                    Fit fit{ridges, {}, subsample ? T : 0};
                    for (double g = 0; g <= t; ++g) {
                        Use block{{0, fixed ? 0 : g, T}, 1 / (subsample ? T : (t + 1) * T), {}, 1, fixed ? g : 0};
                        if (g < t) block.labels.kept = {{t - 1, 1}};
                        else block.labels = {.models = {{t - 1, 1}}, .noise = {{g, size(g)}}};
                        fit.uses.push_back(block);
                    }
                    return fit;
                },
                .repeats_from = never};
    }
};

}  // namespace

const Protocol& protocol_accumulate()
{
    static const Accumulate instance;
    return instance;
}

}  // namespace collapse::protocol
