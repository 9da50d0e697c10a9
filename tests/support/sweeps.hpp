#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collapse/sweep/drive.hpp"
#include "collapse/sweep/evaluate.hpp"
#include "collapse/sweep/list.hpp"
#include "collapse/sweep/tie.hpp"

/// Small sweeps, and a slow obvious way to run them.
namespace collapse::test {

using sweep::Axis;
using sweep::Grid;
using sweep::RowState;
using sweep::Settings;
using sweep::Task;
using sweep::TaskResult;

/// An axis as the config would give it: axis("T", "10, 20"), axis("T0", "2 T").
inline Axis axis(const std::string& name, const std::string& text)
{
    return sweep::parse_axis(sweep::find_coordinate(name), "grid." + name, text);
}

using Axes = std::map<std::string, std::string>;

/// Settings of a replace sweep, small enough for milliseconds; `changes` replaces or adds axes.
inline Settings small_settings(const Axes& changes = {}, std::int64_t replicates = 12)
{
    Axes axes{{"T", "6, 15"},   {"d", "10"},      {"T0", "8"},      {"lambda", "0, 0.1, 1"},
              {"n", "0, 1, 3"}, {"sigma", "0.3"}, {"sigma0", "0.5"}};
    for (const auto& [name, list] : changes) axes[name] = list;
    Settings settings;
    for (const auto& [name, list] : axes) settings.axes.push_back(axis(name, list));
    settings.simulation.replicates = replicates;
    return sweep::validated(settings);
}

/// What must agree bit for bit when two ways of running a sweep are compared: sums as they are stored, failures, predictions.
struct CellBits {
    simulate::Moments::Stored sums{};
    support::Reason failure = support::Reason::none;
    double theory = 0;  ///< NaN is replaced by -1, so that == means what it says
    friend bool operator==(const CellBits&, const CellBits&) = default;
};

struct RowBits {
    std::int64_t replicates = 0;
    std::vector<CellBits> cells;
    friend bool operator==(const RowBits&, const RowBits&) = default;
};

inline RowBits bits_of(const RowState& state)
{
    RowBits bits{state.replicates, {}};
    bits.cells.resize(std::max(state.sums.size(), state.predictions.size()));
    for (std::size_t i = 0; i < bits.cells.size(); ++i) {
        if (state.sums.size() > 0) bits.cells[i] = {state.sums[i].moments.stored(), state.sums[i].failure, 0};
        const double theory = state.predictions.size() > 0 ? state.predictions[i].asymptotic.test_error : -1;
        bits.cells[i].theory = std::isnan(theory) ? -1 : theory;
    }
    return bits;
}

/// The whole sweep in one plain loop: all replicates of a row in one task.
inline std::vector<RowBits> serial(const Settings& settings)
{
    const Grid grid(settings.axes);
    const sweep::Evaluate evaluate(settings, grid);
    std::vector<RowBits> rows;
    for (sweep::RowIndex row{0}; row.value < grid.rows(); ++row) {
        TaskResult result = evaluate({row, {0, settings.simulation.replicates}, true});
        rows.push_back(bits_of({settings.simulation.replicates, std::move(result.sums), std::move(result.predictions), 0, true}));
    }
    return rows;
}

/// What validated() says of the small sweep with these axes.
inline std::string complaint(const Axes& changes)
{
    try {
        (void)small_settings(changes);
    } catch (const support::InvalidInput& error) {
        return error.what();
    }
    return "(nothing was thrown)";
}

}  // namespace collapse::test
