#include "collapse/app/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>

#include "collapse/app/stop_signals.hpp"
#include "collapse/store/timestamp.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

constexpr double shortest_commit_interval = 5;  ///< seconds: at most this plus the tasks in hand is ever recomputed
constexpr double commit_share = 5;              ///< and a commit takes no more than a fifth of the time
constexpr double reserve = 10;                  ///< seconds before a limit that belong to the last commit and the exit
constexpr double smallest_share = 0.1;          ///< ... but no more than this share of a short limit
constexpr std::size_t most_failures_shown = 5;

}  // namespace

Campaign::Campaign(store::ResultFile& file, store::Segment segment, ProgressReport& progress, double seconds_left)
    : file_(&file),
      segment_(std::move(segment)),
      progress_(&progress),
      limit_(seconds_left - std::min(reserve, smallest_share * seconds_left)),
      commit_interval_(shortest_commit_interval)
{
}

void Campaign::row_changed(std::size_t row, const sweep::RowState& state) { file_->put(row, state); }

void Campaign::update(const sweep::Schedule& schedule)
{
    const sweep::Progress progress = schedule.progress();
    segment_.cells_done = static_cast<std::int64_t>(progress.cells_done + progress.cells_failed - progress.cells_resumed);
    segment_.core_seconds = progress.core_seconds_done;
    segment_.last_commit = store::timestamp();
}

void Campaign::tick(const sweep::Schedule& schedule)
{
    progress_->show(schedule);
    const auto now = Clock::now();
    if (std::chrono::duration<double>(now - last_commit_).count() < commit_interval_ || file_->pending_rows() == 0) return;
    update(schedule);
    file_->commit(segment_);
    last_commit_ = Clock::now();
    const double seconds = std::chrono::duration<double>(last_commit_ - now).count();
    store_seconds_ += seconds;
    commit_interval_ = std::max(shortest_commit_interval, commit_share * seconds);
}

double Campaign::seconds_left()
{
    if (const int signal = StopSignals::received(); signal != 0) {
        if (stop_reason_.empty()) {
            stop_reason_ = fmt::format("signal {} ({})", signal, strsignal(signal));
            progress_->note(stop_reason_ + " received: finishing the tasks in hand");
        }
        return 0;
    }
    const double left = limit_ - wall_seconds();
    if (left <= 0 && stop_reason_.empty()) {
        stop_reason_ = "the time limit";
        progress_->note("the time limit is near: finishing the tasks in hand");
    }
    return std::max(0.0, left);
}

void Campaign::task_done(const sweep::TaskResult& result)
{
    std::ranges::transform(phases_, result.phases, phases_.begin(), std::plus{});
    if (result.message.empty() || ++failures_shown_ > most_failures_shown) return;
    progress_->note(fmt::format("row {}, replicates {} to {}: {}{}", result.task.row, result.task.replicates.first,
                                result.task.replicates.last - 1, result.message,
                                failures_shown_ == most_failures_shown ? " (further failures are only counted)" : ""));
}

void Campaign::finish(const sweep::Schedule& schedule)
{
    const auto start = Clock::now();
    update(schedule);
    segment_.end = store::timestamp();
    file_->finish(segment_);
    store_seconds_ += std::chrono::duration<double>(Clock::now() - start).count();
}

double Campaign::wall_seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

}  // namespace collapse::app
