#include <cmath>

#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

namespace {

/// Every generation replaces the labels by those of the last model [DFK]; generators' rows may have a spectrum of their own:
///   w_-1 = truth;  w_t = fit(T0 fresh rows, ridge lambda0, labels X w_{t-1} + sigma0 noise), t = 0 .. n - 1;
///   evaluated model = fit(T fresh rows, ridge lambda, labels X w_{n-1} + sigma noise).
class Replace final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {.name = "replace",
                .summary =
                    "each of n generators is fitted on T0 fresh rows labelled by the one before; the evaluated model on "
                    "T rows labelled by the last",
                .parameters = {"d", "T0", "lambda0", "sigma", "sigma0", "beta_synthetic", "T", "lambda", "n"},
                .options = {},
                .citations = {"DFK"}};
    }

    void check(const Cell& cell, const Choices&) const override
    {
        support::validate(cell.n == 0 || cell.T0 >= 1,
                          "grid.T0 is missing: protocol replace with n = {} > 0 needs the sample size of its generators, for "
                          "instance T0 = {}",
                          cell.n, 2 * (std::isinf(cell.d) ? cell.T : cell.d));
    }

    Scheme scheme(const Row& row, const Choices&) const override
    {
        const Cell cell = row.cell;
        const double T0 = cell.T0 >= 1 ? cell.T0 : 1;  // without generations nothing is fitted on them
        std::vector<double> own(row.lambda.size(), cell.lambda0), swept = row.lambda;
        const bool shifted = !std::isnan(cell.beta_synthetic) && cell.beta_synthetic != cell.beta;
        const int spectrum = shifted ? 1 : 0;
        return {.generation = [=](double t) -> Fit {
                    return {own, {{{0, t, T0, spectrum}, 1 / T0, {.models = {{t - 1, 1}}, .noise = {{0, cell.sigma0}}}}}, 0, false};
                },
                .evaluated = [=](double n) -> Fit {
                    return {swept, {{{1, 0, cell.T}, 1 / cell.T, {.models = {{n - 1, 1}}, .noise = {{0, cell.sigma}}}}}};
                },
                .repeats_from = 0,
                .spectra = shifted ? std::vector<problem::OtherSpectrum>{{.beta = cell.beta_synthetic}}
                                   : std::vector<problem::OtherSpectrum>{}};
    }
};

}  // namespace

const Protocol& protocol_replace()
{
    static const Replace instance;
    return instance;
}

}  // namespace collapse::protocol
