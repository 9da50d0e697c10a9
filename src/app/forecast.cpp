#include "collapse/app/forecast.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "collapse/app/resources.hpp"
#include "collapse/app/shard_option.hpp"
#include "collapse/estimator/factorisation.hpp"
#include "collapse/problem/directions.hpp"
#include "collapse/sweep/evaluate.hpp"
#include "collapse/sweep/measured.hpp"
#include "collapse/sweep/refine.hpp"

namespace collapse::app {

namespace {

using support::Reason;

constexpr double probe_seconds = 2, prediction_probe_seconds = 1;

Gaps gaps_of(const sweep::Settings& settings, const sweep::Grid& grid, const sweep::Plan& plan)
{
    Gaps gaps;
    const protocol::Protocol& protocol = sweep::protocol_of(settings);
    for (sweep::RowIndex index{0}; index.value < grid.rows(); ++index) {
        if (!plan.rows[index.value].ours) continue;
        const sweep::RowPart part = grid.selected_part(index);
        sweep::Row varied = part.row;
        varied.cell.d = problem::directions_of(settings.model, part.row.cell);
        const auto unsimulated = protocol.reasons_not_simulated(varied, settings.model.choices);
        const auto unpredicted = protocol.reasons_not_predicted(part.row, settings.model.choices);
        for (std::size_t cell = 0; cell < unsimulated.size(); ++cell) {
            const Reason reason = unsimulated[cell];
            if (reason != Reason::none && settings.simulation.replicates > 0) ++gaps.unsimulated[reason];
            if (reason == Reason::infinite_error) continue;  // predicted: infinite
            if (!unpredicted[cell].empty()) ++gaps.unpredicted[unpredicted[cell]];
        }
    }
    return gaps;
}

/// Predicts rows from all over the grid until `budget` seconds have passed.
PredictionCost measure_predictions(const sweep::Settings& settings, const sweep::Grid& grid, const sweep::Plan& plan, double budget)
{
    if (settings.model.has_data()) return {sweep::seconds_to_measure(settings.data.pool), 0};  // the rest is nothing beside it
    std::vector<sweep::RowIndex> ours;
    for (sweep::RowIndex row{0}; row.value < grid.rows(); ++row)
        if (plan.rows[row.value].ours) ours.push_back(row);
    const sweep::Evaluate evaluate(settings, grid);
    const double rows = static_cast<double>(ours.size()), golden_ratio = (std::sqrt(5) - 1) / 2;
    double measured = 0, longest = 0, place = 0;  // multiples of the golden ratio, modulo 1, fill [0, 1) evenly at any length
    std::size_t probed = 0;
    for (; probed < ours.size() && measured < budget; ++probed, place = std::fmod(place + golden_ratio, 1)) {
        const double seconds = evaluate({ours[static_cast<std::size_t>(place * rows)], {0, 0}, true}).seconds;
        measured += seconds;
        longest = std::max(longest, seconds);
    }
    return {measured * rows / std::max<double>(1, static_cast<double>(probed)), longest};
}

/// It takes the same time where there is none to choose.
OtherFactorisation other_factorisation_of(sweep::Settings settings, const sweep::Grid& grid, const sweep::Plan& plan)
{
    using estimator::Factorisation;
    const bool once = estimator::factorisation_in(settings.model.choices) == Factorisation::once;
    const std::string name = estimator::factorisation_option().name,
                      other = estimator::name_of(once ? Factorisation::per_ridge : Factorisation::once);
    OtherFactorisation result{fmt::format("{} = {}", name, other)};
    if (plan.seconds() <= 0 || settings.simulation.noise != protocol::LabelNoise::drawn) return result;
    settings.model.choices[name] = other;
    result.time = sweep::make_plan(settings, grid).seconds() / plan.seconds();
    return result;
}

}  // namespace

std::size_t Forecast::rows_to_compute() const
{
    std::size_t rows = 0;
    for (sweep::RowIndex row{0}; row.value < grid.rows(); ++row)
        if (plan.rows[row.value].ours && grid.selected_cells(row) > 0) ++rows;
    return rows;
}

std::size_t Forecast::cells_to_compute() const
{
    std::size_t cells = 0;
    for (sweep::RowIndex row{0}; row.value < grid.rows(); ++row)
        if (plan.rows[row.value].ours) cells += grid.selected_cells(row);
    return cells;
}

double Forecast::useful_ranks() const { return std::max(1.0, std::floor(core_seconds() / std::max(longest_task(), 1e-9))); }

double Forecast::bytes_per_rank() const { return planned_memory(plan, grid); }

double Forecast::wall_seconds(double ranks) const { return std::max(core_seconds() / ranks + longest_task() / 2, longest_task()); }

Forecast forecast(const Arguments& arguments)
{
    const Config config = arguments.config();
    sweep::Settings settings = parse_config(config);
    check_pool(settings);
    const sweep::Shard shard = shard_of(arguments);
    settings.output = arguments.has("output") ? arguments.flags.at("output") : shard_file(settings.output, shard).string();
    sweep::Grid grid = sweep::refined_grid(settings);
    sweep::Plan plan = sweep::make_plan(settings, grid);
    OtherFactorisation other_factorisation = other_factorisation_of(settings, grid, plan);
    plan = take_shard(std::move(plan), shard);
    check_memory(plan, grid, 1);
    const double address_space = planned_address_space(plan, grid);  // before the probes take theirs
    const double speed = sweep::measure_speed(settings, grid, plan, probe_seconds);
    const PredictionCost predictions = measure_predictions(settings, grid, plan, prediction_probe_seconds);
    Gaps gaps = gaps_of(settings, grid, plan);
    return {std::move(settings),
            given_keys(config),
            shard,
            std::move(grid),
            std::move(plan),
            speed,
            predictions,
            std::move(gaps),
            address_space,
            std::move(other_factorisation)};
}

}  // namespace collapse::app
