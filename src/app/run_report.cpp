#include "collapse/app/run_report.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

using store::RunReport;
using store::Spread;

constexpr double much_waiting = 0.1, much_idling = 0.2;  ///< mean shares of the wall time that are worth a word
constexpr double shortest_judged = 2;                    ///< seconds; a shorter run is mostly start and end
constexpr double memory_tolerance = 1.2;                 ///< the plan counts matrices, not every buffer

Spread spread(const std::vector<double>& values)
{
    double sum = 0;
    for (const double value : values) sum += value;
    return {std::ranges::min(values), sum / static_cast<double>(values.size()), std::ranges::max(values)};
}

std::string percent(const char* name, const Spread& spread, std::int64_t ranks)
{
    std::string text = fmt::format("{} {:.1f} %", name, 100 * spread.mean);
    return ranks == 1 ? text : text + fmt::format(" ({:.1f} to {:.1f})", 100 * spread.min, 100 * spread.max);
}

/// What to do better next time; empty if nothing stands out.
std::string advice(const RunFacts& facts)
{
    const RunReport& report = facts.segment.report;
    if (report.peak_memory > memory_tolerance * report.planned_memory)
        return fmt::format("ask for {} a rank: more than planned was needed",
                           support::bytes(memory_tolerance * report.peak_memory));
    if (facts.wall_seconds < shortest_judged || facts.segment.ranks == 1) return {};
    const double useful = std::max(1.0, std::floor(facts.segment.core_seconds / report.longest_task));
    if (report.idle.mean > much_idling && useful < 2 * static_cast<double>(facts.segment.ranks))
        return fmt::format("beyond {:.0f} ranks the longest task dominates", useful);
    if (report.waiting.mean > much_waiting) return "the ranks waited for rank 0: use fewer, or give each rank a core of its own";
    return {};
}

/// Largest resident memory of this process so far. getrusage() will not do: it counts the parent's from before exec, too.
double peak_memory()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (double kibibytes = 0; word == "VmHWM:" && status >> kibibytes) return 1024 * kibibytes;
    return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::string rank_line(const sweep::Worker::Times& times)
{
    return fmt::format("{} {} {}", times.busy, times.waiting, peak_memory());
}

void add_ranks(RunReport& report, const std::vector<std::string>& rank_lines, double wall_seconds)
{
    std::vector<double> busy, waiting, idle;
    report.peak_memory = 0;
    for (const std::string& line : rank_lines) {
        std::istringstream words(line);
        double busy_seconds = 0, waiting_seconds = 0, memory = 0;
        words >> busy_seconds >> waiting_seconds >> memory;
        busy.push_back(busy_seconds / wall_seconds);
        waiting.push_back(waiting_seconds / wall_seconds);
        idle.push_back(std::max(0.0, 1 - busy.back() - waiting.back()));
        report.peak_memory = std::max(report.peak_memory, memory);
    }
    report.busy = spread(busy);
    report.waiting = spread(waiting);
    report.idle = spread(idle);
}

std::string left_out(const sweep::Progress& progress)
{
    if (progress.cells_left_out == 0) return {};
    return fmt::format("; the refinement skips {} more", progress.cells_left_out);
}

std::string begun(const sweep::Progress& progress)
{
    if (progress.cells_begun == 0) return {};
    return fmt::format(", {} begun with {:.3g} % of their replicates", progress.cells_begun, 100 * progress.share_begun);
}

std::vector<std::string> report_lines(const RunFacts& facts)
{
    const store::Segment& segment = facts.segment;
    const RunReport& report = segment.report;
    const sweep::Progress& progress = facts.progress;
    const std::size_t left = progress.cells - progress.cells_done - progress.cells_failed;
    std::vector<std::string> lines;
    const bool idle = segment.core_seconds == 0;
    lines.push_back(fmt::format("{}: {}{} of {} done{}{}, {} failed, {} left{}", facts.output,
                                idle && left == 0 ? "already complete, " : "", progress.cells_done - facts.skipped,
                                support::counted(progress.cells, "cell"),
                                facts.skipped > 0 ? fmt::format(", {} skipped", facts.skipped) : "", begun(progress),
                                progress.cells_failed, left, left_out(progress)));
    for (const auto& [reason, count] : facts.failures)
        lines.push_back(fmt::format("{} failed: {}", support::counted(count, "cell"), support::name_of(reason)));
    if (!facts.failures.empty()) {
        const bool said = segment.command_line.find("--retry-failed") != std::string::npos;
        lines.push_back(fmt::format("`{}{}` computes them again", segment.command_line, said ? "" : " --retry-failed"));
    }
    if (idle) return lines;
    lines.push_back(fmt::format("wall time {:.2f} s on {}, {:.3g} core-hours of tasks, the longest {:.2g} s; store {:.2f} s",
                                facts.wall_seconds, support::counted(static_cast<std::size_t>(segment.ranks), "rank"),
                                segment.core_seconds / 3600, report.longest_task, report.store_seconds));
    if (!std::isnan(report.peak_memory))
        lines.push_back(fmt::format("ranks: {}, {}, {}; peak memory {} a rank, planned {}",
                                    percent("busy", report.busy, segment.ranks), percent("waiting", report.waiting, segment.ranks),
                                    percent("idle", report.idle, segment.ranks), support::bytes(report.peak_memory),
                                    support::bytes(report.planned_memory)));
    std::vector<std::string> shares;
    for (std::size_t phase = 0; phase < support::phase_names.size(); ++phase)
        shares.push_back(fmt::format("{} {:.1f} %", support::phase_names[phase],
                                     100 * facts.phases[phase] / std::max(segment.core_seconds, 1e-9)));
    lines.push_back(fmt::format("tasks: {}", fmt::join(shares, ", ")));
    if (const std::string words = advice(facts); !words.empty()) lines.push_back("advice: " + words);
    return lines;
}

}  // namespace collapse::app
