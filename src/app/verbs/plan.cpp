#include <cmath>

#include <nlohmann/json.hpp>

#include "collapse/app/resources.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/store/result_file.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/plan.hpp"
#include "collapse/sweep/refine.hpp"

namespace collapse::app {

namespace {

using support::Reason;

constexpr double probe_seconds = 2;

/// Numbers of cells that will lack one half, by reason.
struct Gaps {
    std::map<Reason, std::size_t> unsimulated;
    std::map<std::string, std::size_t> unpredicted;
};

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

/// What `plan` tells, measured where it can be.
struct Forecast {
    sweep::Settings settings;
    sweep::Grid grid;
    sweep::Plan plan;
    double speed = 1;  ///< real seconds per nominal second on this machine
    Gaps gaps;

    double core_seconds() const { return speed * plan.seconds(); }
    double longest_task() const { return speed * plan.largest_task(); }
    /// Ranks beyond which the longest task decides.
    double useful_ranks() const { return std::max(1.0, std::floor(core_seconds() / std::max(longest_task(), 1e-9))); }
    double bytes_per_rank() const { return program_bytes + plan.bytes_per_rank(); }
    double wall_seconds(double ranks) const { return std::max(core_seconds() / ranks + longest_task() / 2, longest_task()); }
};

Forecast forecast(const Arguments& arguments)
{
    sweep::Settings settings = parse_config(arguments.config());
    sweep::Grid grid = settings.grid();
    grid.select(sweep::refined_cells(settings, grid));
    sweep::Plan plan = sweep::make_plan(settings, grid);
    check_memory(plan.bytes_per_rank(), 1);
    const double speed = sweep::measure_speed(settings, grid, plan, probe_seconds);
    Gaps gaps = gaps_of(settings, grid);
    return {std::move(settings), std::move(grid), std::move(plan), speed, std::move(gaps)};
}

std::vector<double> rank_counts(const Forecast& forecast)
{
    std::vector<double> counts;
    for (double ranks = 1; ranks <= 2 * forecast.useful_ranks() && ranks <= 65536; ranks *= 2) counts.push_back(ranks);
    return counts;
}

nlohmann::json to_json(const Forecast& forecast)
{
    nlohmann::json axes, walls, unsimulated = nlohmann::json::object(), unpredicted = nlohmann::json::object();
    for (const sweep::Axis* axis : forecast.grid.dimensions()) axes.push_back({{"name", axis->name()}, {"values", axis->values}});
    for (const double ranks : rank_counts(forecast)) walls.push_back({{"ranks", ranks}, {"seconds", forecast.wall_seconds(ranks)}});
    for (const auto& [reason, count] : forecast.gaps.unsimulated) unsimulated[support::name_of(reason)] = count;
    for (const auto& [reason, count] : forecast.gaps.unpredicted) unpredicted[reason] = count;
    return {{"output", forecast.settings.output},
            {"dimensions", axes},
            {"cells", forecast.grid.cells()},
            {"selected_cells", forecast.grid.selected_cells()},
            {"rows", forecast.grid.rows()},
            {"tasks", forecast.plan.tasks()},
            {"replicates", forecast.settings.simulation.replicates},
            {"core_hours", forecast.core_seconds() / 3600},
            {"longest_task_seconds", forecast.longest_task()},
            {"useful_ranks", forecast.useful_ranks()},
            {"wall_time", walls},
            {"memory_per_rank_bytes", forecast.bytes_per_rank()},
            {"file_bytes", store::file_size(forecast.settings)},
            {"not_simulated", unsimulated},
            {"not_predicted", unpredicted}};
}

const char* explain(Reason reason)
{
    return reason == Reason::infinite_error ? "their expected test error is infinite (the theory says so: inf in the file)"
                                            : "they are limits that only theory reaches";
}

void print_text(const Forecast& forecast)
{
    for (const sweep::Axis* axis : forecast.grid.dimensions()) {
        std::vector<std::string> values;
        for (const double value : axis->values) values.push_back(fmt::format("{:g}", value));
        if (values.size() > 8) values = {values[0], values[1], "...", values[values.size() - 2], values.back()};
        fmt::print("{:<10}{:>6} {}  {}\n", axis->name(), axis->values.size(), axis->values.size() == 1 ? "value " : "values",
                   fmt::join(values, ", "));
    }
    fmt::print("grid      {} in {}; {}\n", support::counted(forecast.grid.cells(), "cell"),
               support::counted(forecast.grid.rows(), "row"), support::counted(forecast.plan.tasks(), "task"));
    if (!forecast.grid.selection().empty())
        fmt::print("refined   {} of these cells are computed, {:.1f} times fewer\n", forecast.grid.selected_cells(),
                   static_cast<double>(forecast.grid.cells()) / static_cast<double>(forecast.grid.selected_cells()));
    for (const auto& [reason, count] : forecast.gaps.unsimulated)
        fmt::print("warning   {} cells cannot be simulated: {}\n", count, explain(reason));
    for (const auto& [reason, count] : forecast.gaps.unpredicted)
        fmt::print("warning   {} cells will lack a prediction (NaN): {}\n", count, reason);
    fmt::print("cost      {:.3g} core-hours (measured on this machine), longest task {:.2g} s\n", forecast.core_seconds() / 3600,
               forecast.longest_task());
    for (const double ranks : rank_counts(forecast))
        fmt::print("          {:>6} {}: {}\n", ranks, ranks == 1 ? "rank " : "ranks",
                   support::duration(std::ceil(forecast.wall_seconds(ranks))));
    fmt::print("          more than {} ranks do not help: then the longest task decides\n", forecast.useful_ranks());
    fmt::print("memory    {} a rank\n", support::bytes(forecast.bytes_per_rank()));
    fmt::print("file      {} ({})\n", forecast.settings.output, support::bytes(store::file_size(forecast.settings)));
}

class Plan final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "plan",
                .operands = "CONFIG",
                .summary = "the grid, measured cost, wall time against ranks, memory, file size; runs nothing",
                .flags = {{"json", "", "print JSON"}},
                .config_keys = true};
    }

    Exit run(const Arguments& arguments) const override
    {
        const Forecast told = forecast(arguments);
        if (arguments.has("json")) fmt::print("{}\n", to_json(told).dump(2));
        else print_text(told);
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_plan()
{
    static const Plan instance;
    return instance;
}

}  // namespace collapse::app
