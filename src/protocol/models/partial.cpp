#include <cmath>

#include "collapse/protocol/chain.hpp"
#include "collapse/protocol/two_blocks.hpp"

namespace collapse::protocol {

namespace {

using support::Reason;

/// Every generation is fitted on T fresh rows, of which a fraction p carries real labels [GBS, setting (iii)]:
///   w_0 = fit(T rows, real labels);  w_t = fit(p T rows with labels X w0 + sigma noise, (1 - p) T rows with labels X w_{t-1} +
///   sigma0 noise), t = 1..n, all with ridge lambda; w_n is evaluated.
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

    Reason obstacle(const Cell& cell, const Choices&) const override
    {
        const bool noise = cell.sigma > 0 || (cell.n > 0 && cell.p < 1 && cell.sigma0 > 0);
        return cell.lambda == 0 && cell.T == cell.d && noise ? Reason::infinite_error : Reason::none;
    }

    Table<Errors> simulate(const Row& row, const Replicate& replicate) const override
    {
        return simulate_two_blocks(*this, row, replicate, rows_of(row.cell, std::round(row.cell.p * row.cell.T)));
    }

    /// Not rounded, so that p can be optimised: rows of theory need not be whole.
    Table<Prediction> predict(const Row& row, const Nodes& nodes, const Choices& choices) const override
    {
        Table<Prediction> result = predict_two_blocks(row, nodes, rows_of(row.cell, row.cell.p * row.cell.T));
        mark_infinite(*this, row, choices, result);
        return result;
    }

    Cost cost(const Row& row, const Choices&) const override
    {
        return cost_of_two_blocks(row, rows_of(row.cell, std::round(row.cell.p * row.cell.T)));
    }

  private:
    /// All rows weigh the same.
    static TwoBlockRows rows_of(const Cell& cell, double real)
    {
        return {{real, real / cell.T}, {cell.T - real, (cell.T - real) / cell.T}};
    }
};

}  // namespace

const Protocol& protocol_partial()
{
    static const Partial instance;
    return instance;
}

}  // namespace collapse::protocol
