#include "collapse/app/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>

#include "collapse/app/run_report.hpp"
#include "collapse/app/stop_signals.hpp"
#include "collapse/store/format/timestamp.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

constexpr double shortest_commit_interval = 5;  ///< seconds: at most this plus the tasks in hand is ever recomputed
constexpr double commit_share = 5;              ///< and a commit takes no more than a fifth of the time
constexpr double longest_reserve = 10;          ///< seconds before a limit that belong to the last commit and the exit
constexpr double largest_reserve = 0.1;         ///< ... but no more than this share of a short limit
constexpr double longest_silence = 60;          ///< without results: so that `status` knows the time of a run that is killed
constexpr double commit_interval_at_end = 1;    ///< seconds, once asked to stop: the next signal may be SIGKILL
constexpr double grace = 15;                    ///< seconds from SIGTERM to giving up tasks: Slurm kills after 30
constexpr std::size_t most_failures_shown = 5;

}  // namespace

void count_failures(const sweep::RowState& row, std::map<support::Reason, std::size_t>& counts)
{
    for (const auto& cell : row.sums)
        if (support::is_failure(cell.failure)) ++counts[cell.failure];
}

std::size_t skipped_cells(const sweep::RowState& row)
{
    if (!row.complete) return 0;
    return static_cast<std::size_t>(std::ranges::count(row.sums, support::Reason::infinite_error, &sweep::CellSums::failure));
}

Campaign::Campaign(store::ResultFile& file, store::Segment segment, const sweep::Grid& grid, ProgressReport& progress,
                   double seconds_left, double disk_grace)
    : file_(&file),
      segment_(std::move(segment)),
      grid_(&grid),
      progress_(&progress),
      disk_(disk_grace, progress),
      limit_(seconds_left),
      reserve_(std::min(longest_reserve, largest_reserve * seconds_left)),
      patience_ends_(limit_ - reserve_ / 2),  // half for tasks that take longer than expected, half for the last commit
      commit_interval_(shortest_commit_interval)
{
    segment_.report.longest_task = segment_.report.store_seconds = 0;
}

void Campaign::row_changed(sweep::RowIndex row, const sweep::RowState& state)
{
    file_->put(row, state);
    if (state.complete) count_failures(state, failures_);
    skipped_ += skipped_cells(state);
}

void Campaign::update(const sweep::Schedule& schedule)
{
    const sweep::Progress progress = schedule.progress();
    segment_.cells_done = static_cast<std::int64_t>(progress.cells_done + progress.cells_failed - progress.cells_resumed);
    segment_.core_seconds = progress.core_seconds_done;
    if (segment_.core_seconds > 0) segment_.core_seconds_left = progress.core_seconds_left;
    segment_.last_commit = store::timestamp();
}

void Campaign::tick(const sweep::Schedule& schedule)
{
    progress_->show(schedule);
    const auto now = Clock::now();
    const double since = std::chrono::duration<double>(now - last_commit_).count();
    if (begun_ && since < (file_->pending_rows() > 0 ? commit_interval_ : longest_silence)) return;
    begun_ = true;
    update(schedule);
    disk_.attempt([&] { file_->commit(segment_); });  // refused: once more after the same interval
    last_commit_ = Clock::now();
    const double seconds = std::chrono::duration<double>(last_commit_ - now).count();
    segment_.report.store_seconds += seconds;
    commit_interval_ = std::max(stop_reason_.empty() ? shortest_commit_interval : commit_interval_at_end, commit_share * seconds);
}

double Campaign::seconds_left()
{
    if (const int signal = StopSignals::received(); signal != signal_) {
        signal_ = signal;
        stop(StopSignals::describe(signal));
        if (signal == SIGTERM) patience_ends_ = std::min(patience_ends_, wall_seconds() + grace);
    }
    const double left = limit_ - reserve_ - wall_seconds();
    if (left <= 0 && stop_reason_.empty()) stop("the time limit");
    return stop_reason_.empty() ? left : 0;
}

void Campaign::stop(const std::string& reason)
{
    if (stop_reason_.empty()) stop_reason_ = reason;
    commit_interval_ = commit_interval_at_end;
    progress_->note(fmt::format("{}: finishing the tasks in hand", reason));
}

bool Campaign::out_of_patience() { return wall_seconds() > patience_ends_; }

void Campaign::task_done(const sweep::TaskResult& result)
{
    segment_.report.longest_task = std::max(segment_.report.longest_task, result.seconds);
    std::ranges::transform(phases_, result.phases, phases_.begin(), std::plus{});
    if (result.message.empty() || ++failures_shown_ > most_failures_shown) return;
    progress_->note(fmt::format("{}, replicates {} to {}: {}{}", grid_->describe_row(result.task.row), result.task.replicates.first,
                                result.task.replicates.last - 1, result.message,
                                failures_shown_ == most_failures_shown ? " (further failures are only counted)" : ""));
}

void Campaign::member_retired(sweep::MemberIndex member)
{
    progress_->warn(fmt::format("rank {} fails task after task while others do not: it gets no more", member.value));
}

void Campaign::finish(const sweep::Schedule& schedule)
{
    end_ = Clock::now();
    update(schedule);
    if (!schedule.finished() && stop_reason_.empty()) stop_reason_ = "the time limit, before which no other task would have ended";
    segment_.end = store::timestamp();
    // A run that was asked to stop waits for the disk no longer than it may wait for a task.
    const double most = stop_reason_.empty() ? std::numeric_limits<double>::infinity() : longest_reserve;
    const auto may_wait = [&] {
        const double waited = std::chrono::duration<double>(Clock::now() - *end_).count();
        return waited < most && wall_seconds() + waited < limit_ - reserve_ / 2 && StopSignals::received() == signal_;
    };
    disk_.insist([&] { file_->finish(segment_); }, may_wait);
    segment_.report.store_seconds += std::chrono::duration<double>(Clock::now() - *end_).count();
}

void Campaign::conclude(const std::vector<std::string>& rank_lines, double planned_memory)
{
    add_ranks(segment_.report, rank_lines, wall_seconds());
    segment_.report.planned_memory = planned_memory;
    disk_.attempt([&] { file_->commit(segment_); });  // the results are safe without it
}

double Campaign::wall_seconds() const { return std::chrono::duration<double>(end_.value_or(Clock::now()) - start_).count(); }

}  // namespace collapse::app
