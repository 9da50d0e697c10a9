#include <algorithm>
#include <cmath>

#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

namespace {

/// Every generation is fitted on T fresh real rows and T/k fresh synthetic ones by weighted least squares [HXC]:
///   w_0 = fit(T rows, real labels);
///   w_t = argmin w/T |y - X w'|^2 + (1-w)/(T/k) |y' - X' w'|^2 + lambda |w'|^2, y = X w0 + sigma noise, y' = X' w_{t-1} + sigma0
///   noise, t = 1..n; w_n is evaluated. Rows of weight zero do not take part.
class Weighted final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "weighted",
            .summary = "each generation is fitted on T fresh real rows of total weight w and T/k rows labelled by the one before",
            .parameters = {"d", "sigma", "sigma0", "w", "k", "T", "lambda", "n"},
            .options = {},
            .citations = {"HXC"}};
    }

    void check(const Cell& cell, const Choices&) const override
    {
        support::validate(!std::isnan(cell.w),
                          "grid.w is missing: protocol weighted needs the weight of real rows; add a line such as "
                          "w = 0.618");
        support::validate(
            cell.w >= 0 && cell.w <= 1,
            "grid.w = {} is no weight of rows: in protocol weighted it must lie in [0, 1]; give such a weight (labels of "
            "protocol mix may have any)",
            cell.w);
        support::validate(!std::isnan(cell.k),
                          "grid.k is missing: protocol weighted needs the ratio of real to synthetic rows; add a "
                          "line such as k = 1");
        support::validate(cell.T / cell.k < 1e15, "grid.k = {} gives {:.3g} synthetic rows for T = {}; give a larger k", cell.k,
                          cell.T / cell.k, cell.T);
    }

    Scheme scheme(const Row& row, const Choices&) const override
    {
        const Cell cell = row.cell;
        const double T = cell.T, other = std::max(1.0, std::round(T / cell.k)), w = cell.w;
        std::vector<double> ridges = row.lambda;
        return {.generation = [=](double t) -> Fit {
                    const problem::Labels truth{.noise = {{0, cell.sigma}}};
                    const problem::Labels synthetic{.models = {{t - 1, 1}}, .noise = {{0, cell.sigma0}}};
                    if (t == 0) return {ridges, {{{0, t, T}, 1 / T, truth}}};
                    return {ridges, {{{0, t, T}, w / T, truth}, {{1, t, other}, (1 - w) / other, synthetic}}};
                },
                .repeats_from = 1};
    }
};

}  // namespace

const Protocol& protocol_weighted()
{
    static const Weighted instance;
    return instance;
}

}  // namespace collapse::protocol
