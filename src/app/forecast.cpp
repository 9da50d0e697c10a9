#include "collapse/app/forecast.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/app/resources.hpp"
#include "collapse/sweep/refine.hpp"

namespace collapse::app {

namespace {

using support::Reason;

constexpr double probe_seconds = 2;

Gaps gaps_of(const sweep::Settings& settings, const sweep::Grid& grid)
{
    Gaps gaps;
    const protocol::Protocol& protocol = protocol::protocol_called(settings.protocol);
    for (std::size_t index = 0; index < grid.rows(); ++index) {
        const sweep::RowPart part = grid.selected_part(index);
        const sweep::Row& row = part.row;
        for (std::size_t i = 0; i < row.lambda.size(); ++i)
            for (std::size_t j = 0; j < row.generations.size(); ++j) {
                const problem::Cell cell = row.at(i, j);
                const Reason reason = protocol::reason_not_simulated(protocol, cell, settings.model.choices);
                if (reason != Reason::none) ++gaps.unsimulated[reason];
                if (reason == Reason::infinite_error) continue;  // predicted: infinite
                const std::string unknown = protocol.reason_not_predicted(cell, settings.model.choices);
                if (!unknown.empty()) ++gaps.unpredicted[unknown];
            }
    }
    return gaps;
}

}  // namespace

double Forecast::useful_ranks() const { return std::max(1.0, std::floor(core_seconds() / std::max(longest_task(), 1e-9))); }

double Forecast::bytes_per_rank() const { return program_bytes + plan.bytes_per_rank(); }

double Forecast::wall_seconds(double ranks) const { return std::max(core_seconds() / ranks + longest_task() / 2, longest_task()); }

Forecast forecast(const Arguments& arguments)
{
    sweep::Settings settings = parse_config(arguments.config());
    sweep::Grid grid = sweep::refined_grid(settings);
    sweep::Plan plan = sweep::make_plan(settings, grid);
    check_memory(plan.bytes_per_rank(), 1);
    const double speed = sweep::measure_speed(settings, grid, plan, probe_seconds);
    Gaps gaps = gaps_of(settings, grid);
    return {std::move(settings), std::move(grid), std::move(plan), speed, std::move(gaps)};
}

}  // namespace collapse::app
