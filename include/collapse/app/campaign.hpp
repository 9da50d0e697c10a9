#pragma once

#include <chrono>
#include <string>

#include "collapse/app/progress.hpp"
#include "collapse/store/result_file.hpp"
#include "collapse/sweep/drive.hpp"

namespace collapse::app {

/// What rank 0 does beside computing: it commits results every few seconds, shows progress, and knows when time is up.
class Campaign final : public sweep::Watch {
  public:
    /// `seconds_left`: until the job ends; inf if there is no limit.
    Campaign(store::ResultFile& file, store::Segment segment, ProgressReport& progress, double seconds_left);

    void row_changed(std::size_t row, const sweep::RowState& state) override;
    void tick(const sweep::Schedule& schedule) override;
    double seconds_left() override;
    void task_done(const sweep::TaskResult& result) override;

    /// The last commit.
    void finish(const sweep::Schedule& schedule);

    double wall_seconds() const;
    double store_seconds() const { return store_seconds_; }
    double core_seconds() const { return segment_.core_seconds; }
    const support::Meter::Seconds& phases() const { return phases_; }
    /// Why the run stops before its end; empty if it does not.
    const std::string& stop_reason() const { return stop_reason_; }

  private:
    using Clock = std::chrono::steady_clock;
    void update(const sweep::Schedule& schedule);

    store::ResultFile* file_;
    store::Segment segment_;
    ProgressReport* progress_;
    Clock::time_point start_ = Clock::now(), last_commit_ = start_;
    double limit_;
    double commit_interval_, store_seconds_ = 0;
    std::size_t failures_shown_ = 0;
    support::Meter::Seconds phases_{};
    std::string stop_reason_;
};

}  // namespace collapse::app
