#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "collapse/app/grid_map.hpp"
#include "collapse/app/json.hpp"
#include "collapse/app/terminal.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/store/life/result_view.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::app {

namespace {

using store::Status;
using support::Reason;

/// Seconds since 1970 of `2025-03-01T12:00:00Z`; NaN if it is none.
double seconds_of(const std::string& timestamp)
{
    std::tm time{};
    return strptime(timestamp.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time) ? static_cast<double>(timegm(&time)) : std::nan("");
}

struct Summary {
    std::string file, shard;
    std::map<Status, std::size_t> cells;
    std::map<Reason, std::size_t> failures;          ///< of failed cells
    std::map<Reason, std::size_t> skips;             ///< of skipped cells
    std::map<std::string, std::size_t> unpredicted;  ///< of cells that are not pending and have no prediction, by reason
    bool complete = false;
    double wall_seconds = 0, core_seconds = 0, rank_seconds = 0;
    double core_seconds_left = 0;  ///< NaN while nothing has been measured
    std::size_t cells_begun = 0;   ///< of the pending ones: some of their replicates are there
    double share_begun = 0;        ///< of the replicates of these cells
    std::vector<store::Segment> segments;

    double efficiency() const { return core_seconds / rank_seconds; }
};

Summary summarise(const std::string& file, const store::ResultView& view)
{
    Summary summary;
    summary.file = file;
    summary.shard = view.shard();
    summary.complete = view.integer("complete") != 0;
    summary.segments = view.segments();
    const auto reasons = view.flags("failure");
    const auto seconds = view.numbers("task_seconds");
    double measured = 0;
    std::size_t known = 0;
    for (std::size_t cell = 0; cell < view.cells(); ++cell) {
        ++summary.cells[view.status()[cell]];
        if (view.status()[cell] == Status::failed) ++summary.failures[static_cast<Reason>(reasons[cell])];
        if (view.status()[cell] == Status::skipped) ++summary.skips[static_cast<Reason>(reasons[cell])];
        if (view.status()[cell] != Status::pending && std::isfinite(seconds[cell])) {
            measured += seconds[cell];
            ++known;
        }
    }
    for (const store::Segment& segment : summary.segments) {
        const double stamped = seconds_of(segment.end.empty() ? segment.last_commit : segment.end) - seconds_of(segment.start);
        if (!std::isfinite(stamped)) continue;
        // Time stamps are whole seconds; a short run took at least as long as its ranks were busy.
        const double wall = std::max(stamped, segment.core_seconds / static_cast<double>(segment.ranks));
        summary.wall_seconds += wall;
        summary.rank_seconds += wall * static_cast<double>(segment.ranks);
        summary.core_seconds += segment.core_seconds;
    }
    const std::size_t pending = summary.cells[Status::pending];
    summary.core_seconds_left = measured / static_cast<double>(known) * static_cast<double>(pending);
    // What the last run expected is better, and it knows of rows that are half done.
    for (const store::Segment& segment : summary.segments)
        if (pending > 0 && segment.core_seconds_left > 0) summary.core_seconds_left = segment.core_seconds_left;
    return summary;
}

/// Rows that a run has begun, was stopped in, and will go on with.
void count_begun(Summary& summary, const store::ResultView& view)
{
    double most = 0, there = 0, wanted = 0;
    for (const auto& [key, value] : view.resolved())
        if (key == "simulation.replicates" || key == "simulation.max_replicates") most = sweep::parse_number(key, value);
    if (most == 0 || view.packed()) return;
    const std::size_t length = view.cells_per_row();
    for (sweep::RowIndex row{0}; row.value < view.rows(); ++row) {
        if (view.status()[row.value * length] != Status::pending) continue;
        const std::int64_t replicates = view.load(row).replicates;
        if (replicates == 0) continue;
        summary.cells_begun += length;
        there += static_cast<double>(replicates);
        wanted += most;
    }
    if (wanted > 0) summary.share_begun = there / wanted;
}

/// Cells whose prediction is NaN, by structure or because of its numbers.
void count_unpredicted(Summary& summary, const store::ResultView& view)
{
    constexpr const char* numbers = "rounding errors are larger than its value, or parts of it are beyond double precision";
    const std::vector<double> errors = view.numbers("theory_test_error");
    const auto failures = view.flags("failure");
    const auto is_missing = [&](sweep::CellIndex cell) {
        const auto failure = static_cast<Reason>(failures[cell.value]);
        const bool computed = view.status()[cell.value] != Status::pending && failure != Reason::not_refined;
        return computed && std::isnan(errors[cell.value]);
    };
    const sweep::Settings settings = stored_settings(view);
    const sweep::Grid grid = settings.grid();
    for (sweep::RowIndex index{0}; index.value < grid.rows(); ++index) {
        std::optional<support::Table<std::string>> reasons;
        for (std::size_t within = 0; within < grid.cells_per_row(); ++within) {
            if (!is_missing(grid.cell_of(index, within))) continue;
            if (!reasons) reasons = sweep::protocol_of(settings).reasons_not_predicted(grid.row(index), settings.model.choices);
            const std::string& reason = (*reasons)[within];
            ++summary.unpredicted[reason.empty() ? numbers : reason];
        }
    }
}

nlohmann::json number_or_null(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr); }

nlohmann::json to_json(const store::RunReport& report)
{
    const auto spread = [](const store::Spread& s) {
        return nlohmann::json{{"min", number_or_null(s.min)}, {"mean", number_or_null(s.mean)}, {"max", number_or_null(s.max)}};
    };
    return {{"busy", spread(report.busy)},
            {"waiting", spread(report.waiting)},
            {"idle", spread(report.idle)},
            {"peak_memory_bytes", number_or_null(report.peak_memory)},
            {"planned_memory_bytes", number_or_null(report.planned_memory)},
            {"longest_task_seconds", number_or_null(report.longest_task)},
            {"store_seconds", number_or_null(report.store_seconds)}};
}

nlohmann::json to_json(const Summary& summary)
{
    nlohmann::json cells, failures = nlohmann::json::object(), skips = failures, unpredicted = failures,
                          segments = nlohmann::json::array();
    for (const Status status : {Status::pending, Status::done, Status::failed, Status::skipped}) {
        const auto found = summary.cells.find(status);
        cells[store::status_names[static_cast<std::size_t>(status)]] = found == summary.cells.end() ? 0 : found->second;
    }
    for (const auto& [reason, count] : summary.failures) failures[support::name_of(reason)] = count;
    for (const auto& [reason, count] : summary.skips) skips[support::name_of(reason)] = count;
    for (const auto& [reason, count] : summary.unpredicted) unpredicted[reason] = count;
    for (const store::Segment& segment : summary.segments)
        segments.push_back({{"job", segment.job},
                            {"hosts", segment.hosts},
                            {"ranks", segment.ranks},
                            {"start", segment.start},
                            {"last_commit", segment.last_commit},
                            {"end", segment.end},
                            {"cells_done", segment.cells_done},
                            {"core_seconds", segment.core_seconds},
                            {"kernels", segment.kernels},
                            {"report", to_json(segment.report)}});
    return {{"file", summary.file},
            {"complete", summary.complete},
            {"cells", cells},
            {"failures", failures},
            {"skips", skips},
            {"not_predicted", unpredicted},
            {"begun", {{"cells", summary.cells_begun}, {"share_of_replicates", summary.share_begun}}},
            {"wall_seconds", number_or_null(summary.wall_seconds)},
            {"core_seconds", number_or_null(summary.core_seconds)},
            {"core_seconds_left", number_or_null(summary.core_seconds_left)},
            {"efficiency", number_or_null(summary.efficiency())},
            {"segments", segments}};
}

void print_text(Summary& summary)
{
    std::size_t all = 0;
    for (const auto& [status, count] : summary.cells) all += count;
    fmt::print("{}: {}\n", summary.file,
               summary.complete        ? "complete"
               : summary.shard.empty() ? "not complete"
                                       : fmt::format("shard {}; the cells of other shards are pending here", summary.shard));
    fmt::print("cells     {} done, {} skipped, {} failed, {} pending, of {}\n", summary.cells[Status::done],
               summary.cells[Status::skipped], summary.cells[Status::failed], summary.cells[Status::pending], all);
    if (summary.cells_begun > 0)
        fmt::print("begun     {} of the pending ones, with {:.3g} % of their replicates\n",
                   support::counted(summary.cells_begun, "cell"), 100 * summary.share_begun);
    for (const auto& [reason, count] : summary.skips)
        fmt::print("skipped   {}: {}\n", support::counted(count, "cell"), support::name_of(reason));
    for (const auto& [reason, count] : summary.failures)
        fmt::print("failed    {}: {}\n", support::counted(count, "cell"), support::name_of(reason));
    if (!summary.failures.empty()) fmt::print("          `collapse run CONFIG --retry-failed` computes them again\n");
    for (const auto& [reason, count] : summary.unpredicted)
        fmt::print("NaN       {} without a prediction: {}\n", support::counted(count, "cell"), reason);
    fmt::print("used      {} wall time, {} core time{}\n", support::duration(summary.wall_seconds),
               support::duration(summary.core_seconds),
               summary.rank_seconds > 0 ? fmt::format(", efficiency {:.0f} %", 100 * summary.efficiency()) : "");
    if (summary.cells[Status::pending] > 0) fmt::print("left      {} core time\n", support::duration(summary.core_seconds_left));
    for (const store::Segment& segment : summary.segments)
        fmt::print("run       {} to {}: {}, {} on {}{}{}\n", segment.start,
                   segment.end.empty() ? segment.last_commit + " (last commit)" : segment.end,
                   support::counted(static_cast<std::size_t>(segment.cells_done), "cell"),
                   support::counted(static_cast<std::size_t>(segment.ranks), "rank"), segment.hosts,
                   segment.job.empty() ? "" : ", job ", segment.job);
}

class ShowStatus final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "status",
                .operands = "FILE",
                .summary = "progress, failures, missing predictions, time used and left; works while a run is writing",
                .flags = {{"json", "", "print JSON"}},
                .example = "collapse status sweep.h5"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const std::string& file = arguments.operands.front();
        const store::ResultView view(file);
        Summary summary = summarise(file, view);
        count_begun(summary, view);
        count_unpredicted(summary, view);
        if (arguments.has("json")) print_json(to_json(summary));
        else {
            print_text(summary);
            fmt::print("{}", grid_map(view, StoredGrid(view), wants_colour(STDOUT_FILENO)));
        }
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_status()
{
    static const ShowStatus instance;
    return instance;
}

}  // namespace collapse::app
