#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "collapse/app/disk_grace.hpp"
#include "collapse/app/progress.hpp"
#include "collapse/store/life/result_file.hpp"
#include "collapse/sweep/drive.hpp"

namespace collapse::app {

/// Adds the failed cells of a row, by reason.
void count_failures(const sweep::RowState& row, std::map<support::Reason, std::size_t>& counts);

/// Cells of a complete row that had nothing to compute, because their error is infinite.
std::size_t skipped_cells(const sweep::RowState& row);

/// What rank 0 does beside computing: it commits results every few seconds, shows progress, and knows when time is up.
class Campaign final : public sweep::Watch {
  public:
    /// `seconds_left`: until the job ends; inf if there is no limit.
    /// `disk_grace`: seconds for which a disk may refuse.
    Campaign(store::ResultFile& file, store::Segment segment, const sweep::Grid& grid, ProgressReport& progress,
             double seconds_left, double disk_grace);

    void row_changed(sweep::RowIndex row, const sweep::RowState& state) override;
    void tick(const sweep::Schedule& schedule) override;
    double seconds_left() override;
    void task_done(const sweep::TaskResult& result) override;
    void member_retired(sweep::MemberIndex member) override;
    bool out_of_patience() override;

    /// The last commit.
    void finish(const sweep::Schedule& schedule);
    /// Keeps how the run went beside what it computed.
    void conclude(const std::vector<std::string>& rank_lines, double planned_memory);

    double wall_seconds() const;  ///< of computing: until finish()
    const store::Segment& segment() const { return segment_; }
    /// Failed cells by reason, of rows that this run completed.
    const std::map<support::Reason, std::size_t>& failures() const { return failures_; }
    /// Skipped cells of the same rows.
    std::size_t skipped() const { return skipped_; }
    const support::Meter::Seconds& phases() const { return phases_; }
    /// Why the run stops before its end; empty if it does not.
    const std::string& stop_reason() const { return stop_reason_; }

  private:
    using Clock = std::chrono::steady_clock;
    void update(const sweep::Schedule& schedule);
    void stop(const std::string& reason);

    store::ResultFile* file_;
    store::Segment segment_;
    const sweep::Grid* grid_;
    ProgressReport* progress_;
    DiskGrace disk_;
    Clock::time_point start_ = Clock::now(), last_commit_ = start_;
    std::optional<Clock::time_point> end_;
    double limit_, reserve_, patience_ends_;  ///< seconds; the first and the last of them after the start
    int signal_ = 0;                          ///< the last one heard
    double commit_interval_;
    bool begun_ = false;  ///< the file knows of this run
    std::size_t failures_shown_ = 0;
    std::map<support::Reason, std::size_t> failures_;
    std::size_t skipped_ = 0;
    support::Meter::Seconds phases_{};
    std::string stop_reason_;
};

}  // namespace collapse::app
