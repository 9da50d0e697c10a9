#pragma once

#include <chrono>
#include <string>

#include "collapse/sweep/schedule.hpp"

namespace collapse::app {

/// Shows on stderr how far a sweep is: a bar on a terminal; in a log one plain line per minute or per 5 %.
class ProgressReport {
  public:
    enum class Style { quiet, log, terminal };

    ProgressReport(Style style, int ranks);

    /// terminal if stderr is one (and TERM is not dumb), else log.
    static Style style_of_stderr();

    /// Call as often as you like.
    void show(const sweep::Schedule& schedule);
    /// Ends the bar and leaves the cursor at the start of a line.
    void end();
    /// A line of its own, above the bar if there is one.
    void note(const std::string& line);
    /// The same, even if quiet: somebody has to do something.
    void warn(const std::string& line);

  private:
    using Clock = std::chrono::steady_clock;
    Style style_;
    int ranks_;
    Clock::time_point start_ = Clock::now(), last_ = start_;
    double last_fraction_ = 0;
    bool bar_shown_ = false;
};

}  // namespace collapse::app
