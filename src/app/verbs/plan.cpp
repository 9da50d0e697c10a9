#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "collapse/app/config_keys.hpp"
#include "collapse/app/forecast.hpp"
#include "collapse/app/json.hpp"
#include "collapse/app/resources.hpp"
#include "collapse/app/scheme_table.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/store/format/file_size.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/plan.hpp"
#include "collapse/sweep/refine.hpp"
#include "collapse/sweep/tie.hpp"

namespace collapse::app {

namespace {

using support::Reason;

std::vector<double> rank_counts(const Forecast& forecast)
{
    std::vector<double> counts;
    for (double ranks = 1; ranks <= 2 * forecast.useful_ranks() && ranks <= 65536; ranks *= 2) counts.push_back(ranks);
    return counts;
}

/// A scientific input of the sweep as a config would give it.
struct Input {
    std::string key, value;
    bool is_default;
};

std::vector<Input> inputs(const Forecast& forecast)
{
    std::map<std::string, std::string> defaults;
    for (const Key& key : config_keys()) defaults[key.name] = key.otherwise;
    std::vector<Input> all;
    for (const auto& [key, value] : forecast.settings.resolved())  // what is not given may follow from another key: w = adaptive
        all.push_back({key, value, !forecast.given.contains(key) && defaults[key] == value});
    return all;
}

constexpr double worth_telling = 0.75;  ///< share of the time that another way takes

/// A row amid the grid: the ends of an axis are often where a scheme degenerates (a share of 0, a decay of 0).
sweep::RowIndex shown_row(const Forecast& forecast) { return sweep::RowIndex{forecast.grid.rows() / 2}; }

std::vector<SchemeLine> scheme_of(const Forecast& forecast)
{
    const sweep::Row row = forecast.grid.row(shown_row(forecast));
    return describe_scheme(forecast.settings, row, *std::ranges::max_element(row.generations));
}

nlohmann::json to_json(const Forecast& forecast)
{
    nlohmann::json settings, axes, walls, unsimulated = nlohmann::json::object(), unpredicted = nlohmann::json::object();
    for (const auto& [key, value, is_default] : inputs(forecast))
        settings.push_back({{"key", key}, {"value", value}, {"default", is_default}});
    for (const sweep::Axis* axis : forecast.grid.dimensions()) axes.push_back({{"name", axis->name()}, {"values", axis->values}});
    for (const double ranks : rank_counts(forecast)) walls.push_back({{"ranks", ranks}, {"seconds", forecast.wall_seconds(ranks)}});
    for (const auto& [reason, count] : forecast.gaps.unsimulated) unsimulated[support::name_of(reason)] = count;
    for (const auto& [reason, count] : forecast.gaps.unpredicted) unpredicted[reason] = count;
    nlohmann::json fits = nlohmann::json::array();
    for (const SchemeLine& line : scheme_of(forecast))
        fits.push_back({{"fit", line.fit},
                        {"ridge", line.ridge},
                        {"rows", line.rows},
                        {"number", line.number},
                        {"weight", line.weight},
                        {"labels", line.labels}});
    return {
        {"output", forecast.settings.output},
        {"fits", fits},
        {"settings", settings},
        {"dimensions", axes},
        {"cells", forecast.grid.cells()},
        {"selected_cells", forecast.cells_to_compute()},
        {"rows", forecast.grid.rows()},
        {"selected_rows", forecast.rows_to_compute()},
        {"tasks", forecast.plan.tasks()},
        {"drawn_rows", forecast.plan.families()},
        {"replicates", forecast.settings.simulation.replicates},
        {"at_most", forecast.settings.simulation.precision > 0},
        {"core_hours", forecast.core_seconds() / 3600},
        {"longest_task_seconds", forecast.longest_task()},
        {"useful_ranks", forecast.useful_ranks()},
        {"wall_time", walls},
        {"pace", pace()},
        {"other_factorisation", {{"setting", forecast.other_factorisation.setting}, {"time", forecast.other_factorisation.time}}},
        {"memory_per_rank_bytes", forecast.bytes_per_rank()},
        {"address_space_per_rank_bytes", forecast.address_space},
        {"file_bytes", store::file_size(forecast.settings)},
        {"pool_remark", remark_on_pool(forecast.plan)},
        {"not_simulated", unsimulated},
        {"not_predicted", unpredicted}};
}

const char* explain(Reason reason)
{
    return reason == Reason::infinite_error ? "their expected test error is infinite (the theory says so: inf in the file)"
                                            : "they are limits that only theory reaches";
}

/// Everything that decides what comes out: [model] and [simulation], then the parameters.
void print_inputs(const Forecast& forecast)
{
    constexpr std::size_t longest = 60;  // of a text such as the eigenvalues from a file
    std::vector<std::string> given, defaults;
    std::set<std::string> default_keys;
    for (const auto& [key, value, is_default] : inputs(forecast)) {
        if (is_default) default_keys.insert(key);
        if (!key.starts_with("model.") && !key.starts_with("simulation.")) continue;
        const std::string shown = value.size() > longest ? value.substr(0, longest) + "..." : value;
        (is_default ? defaults : given).push_back(fmt::format("{} = {}", key.substr(key.find('.') + 1), shown));
    }
    if (!given.empty()) fmt::print("settings  {}\n", fmt::join(given, ", "));
    if (!defaults.empty()) fmt::print("defaults  {}\n", fmt::join(defaults, ", "));
    for (const sweep::Axis& axis : forecast.grid.axes()) {
        if (!axis.used) continue;
        if (axis.is_tie()) {
            fmt::print("{:<10}{:>6}         {}\n", axis.name(), "=", sweep::text_of(axis));
            continue;
        }
        std::vector<std::string> values;
        for (const double value : axis.values) values.push_back(fmt::format("{:g}", value));
        if (values.size() > 8) values = {values[0], values[1], "...", values[values.size() - 2], values.back()};
        fmt::print("{:<10}{:>6} {}  {}{}\n", axis.name(), axis.values.size(), axis.values.size() == 1 ? "value " : "values",
                   fmt::join(values, ", "), default_keys.contains(fmt::format("grid.{}", axis.name())) ? " (default)" : "");
    }
}

/// What was understood of the protocol.
void print_scheme(const Forecast& forecast)
{
    constexpr const char* line = "{:<9} {:<9} {:<14} {:<10} {:<16} {:<7} {}\n";
    fmt::print(fmt::runtime(line), "fits", "fit", "ridge", "rows", "number", "weight", "labels");
    for (const SchemeLine& use : scheme_of(forecast))
        fmt::print(fmt::runtime(line), "", use.fit, use.ridge, use.rows, use.number, use.weight, use.labels);
    if (forecast.grid.rows() > 1) fmt::print("          (where {})\n", forecast.grid.describe_row(shown_row(forecast)));
}

void print_text(const Forecast& forecast)
{
    print_inputs(forecast);
    print_scheme(forecast);
    fmt::print("grid      {} in {}; {}\n", support::counted(forecast.grid.cells(), "cell"),
               support::counted(forecast.grid.rows(), "row"), support::counted(forecast.plan.tasks(), "task"));
    const std::size_t simulated = forecast.plan.simulated_rows(), families = forecast.plan.families();
    if (families < simulated)
        fmt::print("shared    {} {} {}: rows that differ in sigma or sigma0 alone have their draws in common\n",
                   support::counted(families, "draw"), families == 1 ? "serves" : "serve", support::counted(simulated, "row"));
    if (!forecast.grid.selection().empty())
        fmt::print("refined   {} of these cells are computed, {:.1f} times fewer\n", forecast.grid.selected_cells(),
                   static_cast<double>(forecast.grid.cells()) / static_cast<double>(forecast.grid.selected_cells()));
    if (!forecast.shard.is_whole())
        fmt::print("shard     {} computes {} in {}\n", forecast.shard.name(), support::counted(forecast.cells_to_compute(), "cell"),
                   support::counted(forecast.rows_to_compute(), "row"));
    for (const auto& [reason, count] : forecast.gaps.unsimulated)
        fmt::print("warning   {} cells cannot be simulated: {}\n", count, explain(reason));
    for (const auto& [reason, count] : forecast.gaps.unpredicted)
        fmt::print("warning   {} cells will lack a prediction (NaN): {}\n", count, reason);
    if (const std::string remark = remark_on_pool(forecast.plan); !remark.empty()) fmt::print("warning   {}\n", remark);
    const bool at_most = forecast.settings.simulation.precision > 0;
    fmt::print("cost      {}{:.3g} core-hours (measured on this machine), longest task {:.2g} s\n", at_most ? "at most " : "",
               forecast.core_seconds() / 3600, forecast.longest_task());
    for (const double ranks : rank_counts(forecast))
        fmt::print("          {:>6} {}: {}\n", ranks, ranks == 1 ? "rank " : "ranks",
                   support::duration(std::ceil(forecast.wall_seconds(ranks))));
    fmt::print("          more than {} ranks do not help: then the longest task decides\n", forecast.useful_ranks());
    if (const auto& [setting, time] = forecast.other_factorisation; time < worth_telling)
        fmt::print("          {} would take some {:.2g} of the time to simulate\n", setting, time);
    fmt::print("memory    {} a rank; {} of address space, which only `ulimit -v` limits\n",
               support::bytes(forecast.bytes_per_rank()), support::bytes(forecast.address_space));
    fmt::print("file      {} ({})\n", forecast.settings.output, support::bytes(store::file_size(forecast.settings)));
}

class Plan final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "plan",
                .operands = "CONFIG",
                .summary = "the grid, measured cost, wall time against ranks, memory, file size; runs nothing",
                .flags = {{"output", "FILE", "result file (default: the config's name with .h5)"},
                          {"shard", "i/N", "the plan of one part, as `collapse run --shard` computes it"},
                          {"json", "", "print JSON"}},
                .config_keys = true,
                .example = "collapse plan sweep.ini --grid.T=100,1000"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const Forecast told = forecast(arguments);
        if (arguments.has("json")) print_json(to_json(told));
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
