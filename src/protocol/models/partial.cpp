#include <cmath>

#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

namespace {

/// Every generation is fitted on T fresh rows, of which a fraction p carries real labels [GBS, setting (iii)]:
///   w_0 = fit(T rows, real labels);  w_t = fit(p T rows with labels X w0 + sigma noise, (1 - p) T rows with labels X w_{t-1} +
///   sigma0 noise), t = 1..n, all with ridge lambda; w_n is evaluated. Whole rows: round(p T).
class Partial final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "partial",
            .summary =
                "each generation is fitted on T fresh rows, a fraction p with real labels, the others labelled by the one before",
            .parameters = {"d", "sigma", "sigma0", "p", "T", "lambda", "n"},
            .options = {},
            .citations = {"GBS"}};
    }

    void check(const Cell& cell, const Choices&) const override
    {
        support::validate(!std::isnan(cell.p),
                          "grid.p is missing: protocol partial needs the fraction of rows with real labels; add "
                          "a line such as p = 0.5");
    }

    Scheme scheme(const Row& row, const Choices&) const override
    {
        const Cell cell = row.cell;
        const double T = cell.T, share = cell.p * T, real = row.counts == Counts::whole ? std::round(share) : share;
        std::vector<double> ridges = row.lambda;
        return {.generation = [=](double t) -> Fit {
                    const problem::Labels truth{.noise = {{0, cell.sigma}}};
                    const problem::Labels synthetic{.models = {{t - 1, 1}}, .noise = {{0, cell.sigma0}}};
                    if (t == 0) return {ridges, {{{0, t, T}, 1 / T, truth}}};
                    return {ridges, {{{0, t, real}, 1 / T, truth}, {{1, t, T - real}, 1 / T, synthetic}}};
                },
                .repeats_from = 1};
    }
};

}  // namespace

const Protocol& protocol_partial()
{
    static const Partial instance;
    return instance;
}

}  // namespace collapse::protocol
