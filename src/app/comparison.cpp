#include "collapse/app/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "collapse/app/stored_grid.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

namespace collapse::app {

namespace {

constexpr double heavy_distance = 3;  ///< rows from the threshold within which 1/chi^2 has no variance

constexpr double rounding = 1e-15;  ///< of the signal power: what is left of zero, where least squares has labels without noise

bool is_heavy_tailed(const problem::Cell& cell)
{
    const bool evaluated = cell.lambda == 0 && std::abs(cell.T - cell.d) <= heavy_distance;
    const bool generator = cell.n > 0 && cell.lambda0 == 0 && std::abs(cell.T0 - cell.d) <= heavy_distance;
    return evaluated || generator;
}

/// T - df2 of the fit that leaves least: what the deterministic equivalents take for large.
double spare_rows(const problem::Nodes& nodes, const problem::Cell& cell)
{
    const auto spare = [&](double T, double lambda) { return T - theory::RidgeEquivalent(nodes, T, lambda).df2(); };
    const double evaluated = spare(cell.T, cell.lambda);
    const bool has_generators = cell.n > 0 && cell.T0 > 0;
    return has_generators ? std::min(evaluated, spare(cell.T0, cell.lambda0)) : evaluated;
}

}  // namespace

bool ComparedCell::beyond() const { return !(std::abs(excess) <= bound); }

std::size_t Comparison::beyond() const { return static_cast<std::size_t>(std::ranges::count_if(cells, &ComparedCell::beyond)); }

Comparison compare(const store::ResultView& view, double level, double finite_size)
{
    const auto simulated = view.numbers("sim_test_error"), standard_error = view.numbers("sim_test_error_stderr");
    const auto theory = view.numbers("theory_test_error"), exact = view.numbers("exact_test_error");
    const auto replicates = view.counts("replicates");
    const StoredGrid grid(view);
    const problem::ModelSettings model = stored_settings(view).model;

    Comparison result;
    result.level = level;
    result.finite_size = finite_size;
    for (std::size_t index = 0; index < view.cells(); ++index) {
        if (view.status()[index] != store::Status::done || !(standard_error[index] > 0)) continue;
        const bool has_exact = std::isfinite(exact[index]);
        const double expected = has_exact ? exact[index] : theory[index];
        const problem::Cell cell = grid.cell(index);
        if (!std::isfinite(expected)) {
            ++result.without_theory;
        } else if (is_heavy_tailed(cell)) {
            ++result.heavy_tailed;
        } else {
            const problem::Nodes nodes = problem::nodes_of(model, cell);
            const bool differs =
                std::abs(simulated[index] - expected) > rounding * nodes.sum(nodes.eigenvalue * nodes.coefficient2);
            const double difference = differs ? simulated[index] - expected : 0;
            const double allowed = has_exact ? 0 : finite_size / spare_rows(nodes, cell) * expected;
            const double excess = std::copysign(std::max(0.0, std::abs(difference) - allowed), difference);
            result.cells.push_back({index, simulated[index], standard_error[index], expected, has_exact,
                                    difference / standard_error[index], excess / standard_error[index], 0});
        }
    }
    for (ComparedCell& cell : result.cells) {
        const boost::math::students_t distribution(static_cast<double>(replicates[cell.cell] - 1));
        cell.bound = quantile(complement(distribution, level / 2 / static_cast<double>(result.cells.size())));
    }
    return result;
}

}  // namespace collapse::app
