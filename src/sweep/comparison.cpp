#include "collapse/sweep/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "collapse/protocol/margins.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/sweep/cell_along.hpp"

namespace collapse::sweep {

namespace {

constexpr double heavy_distance = 3;  ///< rows from the threshold within which 1/chi^2 has no variance

constexpr double rounding = 1e-15;  ///< of the signal power: what is left of zero, where least squares has labels without noise

}  // namespace

bool ComparedCell::beyond() const { return !(std::abs(excess) <= bound); }

std::size_t Comparison::beyond() const { return static_cast<std::size_t>(std::ranges::count_if(cells, &ComparedCell::beyond)); }

Comparison compare(const Settings& settings, const Grid& grid, std::span<const Outcome> outcomes, double level, double finite_size)
{
    support::ensure(outcomes.size() == grid.cells(), "there is an outcome for every cell");
    const protocol::Protocol& protocol = protocol_of(settings);

    LastNodes known;
    Comparison result;
    result.level = level;
    result.finite_size = finite_size;
    for (CellIndex index{0}; index.value < outcomes.size(); ++index) {
        const auto& [simulated, standard_error, replicates, theory, exact] = outcomes[index.value];
        if (!(standard_error >= 0) || std::isinf(standard_error)) continue;
        const bool has_exact = std::isfinite(exact);
        const double expected = has_exact ? exact : theory;
        if (!std::isfinite(expected)) {
            ++result.without_theory;
            continue;
        }
        const problem::Cell cell = grid.cell(index);
        const problem::Nodes& nodes = known.of(settings.model, cell);
        const auto scheme = protocol.scheme({cell, {cell.lambda}, {cell.n}}, settings.model.choices);
        const protocol::Margins margins = protocol::margins_of(scheme, 0, cell.n, nodes);
        if (margins.threshold <= heavy_distance) {
            ++result.heavy_tailed;
        } else {
            const bool agrees = std::abs(simulated - expected) <= rounding * nodes.sum(nodes.eigenvalue * nodes.coefficient2);
            const double difference = agrees ? 0 : simulated - expected;
            if (standard_error == 0 && difference != 0) continue;  // nothing to measure it by
            const double unit = standard_error == 0 ? 1 : standard_error;
            const double allowed = has_exact ? 0 : finite_size / margins.spare_rows * expected;
            const double excess = std::abs(difference) <= allowed ? 0 : std::copysign(std::abs(difference) - allowed, difference);
            result.cells.push_back({index, simulated, standard_error, expected, has_exact, difference / unit, excess / unit, 0});
        }
    }
    for (ComparedCell& cell : result.cells) {
        const boost::math::students_t distribution(static_cast<double>(outcomes[cell.cell.value].replicates - 1));
        cell.bound = quantile(complement(distribution, level / 2 / static_cast<double>(result.cells.size())));
    }
    return result;
}

Spread spread_of_z(const Comparison& comparison)
{
    Spread spread;
    const auto count = static_cast<double>(comparison.cells.size());
    for (const ComparedCell& cell : comparison.cells) {
        spread.mean += cell.z / count;
        spread.largest = std::max(spread.largest, std::abs(cell.z));
    }
    for (const ComparedCell& cell : comparison.cells) spread.deviation += std::pow(cell.z - spread.mean, 2) / count;
    spread.deviation = std::sqrt(spread.deviation);
    return spread;
}

void worst_first(Comparison& comparison)
{
    const auto size = [](double value) { return std::isnan(value) ? INFINITY : std::abs(value); };
    std::ranges::sort(comparison.cells, std::greater{}, [&](const ComparedCell& cell) {
        return std::pair(size(cell.excess) / cell.bound, size(cell.z) / cell.bound);
    });
}

}  // namespace collapse::sweep
