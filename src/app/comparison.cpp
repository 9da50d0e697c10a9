#include "collapse/app/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "collapse/app/stored_grid.hpp"
#include "collapse/protocol/margins.hpp"
#include "collapse/protocol/protocol.hpp"

namespace collapse::app {

namespace {

constexpr double heavy_distance = 3;  ///< rows from the threshold within which 1/chi^2 has no variance

constexpr double rounding = 1e-15;  ///< of the signal power: what is left of zero, where least squares has labels without noise

}  // namespace

bool ComparedCell::beyond() const { return !(std::abs(excess) <= bound); }

std::size_t Comparison::beyond() const { return static_cast<std::size_t>(std::ranges::count_if(cells, &ComparedCell::beyond)); }

Comparison compare(const store::ResultView& view, double level, double finite_size)
{
    const auto simulated = view.numbers("sim_test_error"), standard_error = view.numbers("sim_test_error_stderr");
    const auto theory = view.numbers("theory_test_error"), exact = view.numbers("exact_test_error");
    const auto replicates = view.counts("replicates");
    const StoredGrid grid(view);
    const sweep::Settings settings = stored_settings(view);
    const protocol::Protocol& protocol = sweep::protocol_of(settings);

    Comparison result;
    result.level = level;
    result.finite_size = finite_size;
    for (std::size_t index = 0; index < view.cells(); ++index) {
        if (view.status()[index] != store::Status::done || !(standard_error[index] >= 0)) continue;
        const bool has_exact = std::isfinite(exact[index]);
        const double expected = has_exact ? exact[index] : theory[index];
        if (!std::isfinite(expected)) {
            ++result.without_theory;
            continue;
        }
        const problem::Cell cell = grid.cell(index);
        const problem::Nodes nodes = problem::nodes_of(settings.model, cell);
        const auto scheme = protocol.scheme({cell, {cell.lambda}, {cell.n}}, settings.model.choices);
        const protocol::Margins margins = protocol::margins_of(scheme, 0, cell.n, nodes);
        if (margins.threshold <= heavy_distance) {
            ++result.heavy_tailed;
        } else {
            const bool differs =
                std::abs(simulated[index] - expected) > rounding * nodes.sum(nodes.eigenvalue * nodes.coefficient2);
            const double difference = differs ? simulated[index] - expected : 0;
            if (standard_error[index] == 0 && difference != 0) continue;  // nothing to measure it by
            const double unit = standard_error[index] == 0 ? 1 : standard_error[index];
            const double allowed = has_exact ? 0 : finite_size / margins.spare_rows * expected;
            const double excess = std::copysign(std::max(0.0, std::abs(difference) - allowed), difference);
            result.cells.push_back({index, simulated[index], standard_error[index], expected, has_exact,
                                    difference / unit, excess / unit, 0});
        }
    }
    for (ComparedCell& cell : result.cells) {
        const boost::math::students_t distribution(static_cast<double>(replicates[cell.cell] - 1));
        cell.bound = quantile(complement(distribution, level / 2 / static_cast<double>(result.cells.size())));
    }
    return result;
}

void worst_first(Comparison& comparison)
{
    std::ranges::sort(comparison.cells, std::greater{}, [](const ComparedCell& cell) {
        return std::pair(std::abs(cell.excess) / cell.bound, std::abs(cell.z) / cell.bound);
    });
}

}  // namespace collapse::app
