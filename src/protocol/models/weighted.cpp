#include <algorithm>
#include <cmath>

#include "collapse/protocol/chain.hpp"
#include "collapse/protocol/two_blocks.hpp"

namespace collapse::protocol {

namespace {

using support::Reason;

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
        support::validate(cell.w >= 0 && cell.w <= 1,
                          "grid.w = {} is not possible: it must lie in [0, 1] for protocol weighted, whose rows weigh w and 1 - w",
                          cell.w);
        support::validate(!std::isnan(cell.k),
                          "grid.k is missing: protocol weighted needs the ratio of real to synthetic rows; add a "
                          "line such as k = 1");
        support::validate(cell.T / cell.k < 1e15, "grid.k = {} gives {:.3g} synthetic rows for T = {}; give a larger k", cell.k,
                          cell.T / cell.k, cell.T);
    }

    /// Rows that number exactly d have no mean: those of the first model if they carry noise, those of a later one also if their
    /// labels contradict each other without it, which real and synthetic ones do once the first model is not the truth.
    Reason obstacle(const Cell& cell, const Choices&) const override
    {
        if (cell.lambda > 0) return Reason::none;
        const bool later = cell.n > 0 && cell.w<1, noise = cell.sigma> 0 || (later && cell.sigma0 > 0);
        const bool at_first = cell.T == cell.d && cell.sigma > 0 && (cell.n == 0 || cell.w < 1);
        const TwoBlockRows rows = rows_of(cell);
        const double used = (rows.real.present() ? rows.real.rows : 0) + (rows.synthetic.present() ? rows.synthetic.rows : 0);
        const bool contradiction = rows.real.present() && rows.synthetic.present() && cell.T < cell.d;
        const bool at_later = cell.n > 0 && used == cell.d && (noise || contradiction);
        return at_first || at_later ? Reason::infinite_error : Reason::none;
    }

    Table<Errors> simulate(const Row& row, const Replicate& replicate) const override
    {
        return simulate_two_blocks(*this, row, replicate, rows_of(row.cell));
    }

    Table<Prediction> predict(const Row& row, const Nodes& nodes, const Choices& choices) const override
    {
        Table<Prediction> result = predict_two_blocks(row, nodes, rows_of(row.cell));
        mark_infinite(*this, row, choices, result);
        return result;
    }

    Cost cost(const Row& row, const Choices&) const override { return cost_of_two_blocks(row, rows_of(row.cell)); }

  private:
    static TwoBlockRows rows_of(const Cell& cell)
    {
        return {{cell.T, cell.w}, {std::max(1.0, std::round(cell.T / cell.k)), 1 - cell.w}};
    }
};

}  // namespace

const Protocol& protocol_weighted()
{
    static const Weighted instance;
    return instance;
}

}  // namespace collapse::protocol
