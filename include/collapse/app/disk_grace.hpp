#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "collapse/app/progress.hpp"

namespace collapse::app {

/// Lets a run go on while the disk is full: results wait in memory, and are written when there is space again.
class DiskGrace {
  public:
    /// `seconds`: for which the disk may refuse.
    DiskGrace(double seconds, ProgressReport& progress) : seconds_(seconds), progress_(&progress) {}

    /// Tries to write. If the disk refuses, says so once and returns false; throws its store::DiskRefusal if the grace is over.
    bool attempt(const std::function<void()>& write);
    /// Tries every second until it succeeds, or the grace is over, or `may_wait` says no: then throws store::DiskRefusal.
    void insist(const std::function<void()>& write, const std::function<bool()>& may_wait);

  private:
    using Clock = std::chrono::steady_clock;
    double seconds_;
    ProgressReport* progress_;
    std::optional<Clock::time_point> refused_;  ///< first time since it last took something
};

}  // namespace collapse::app
