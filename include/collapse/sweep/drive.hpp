#pragma once

#include "collapse/sweep/crew.hpp"
#include "collapse/sweep/schedule.hpp"

namespace collapse::sweep {

/// What happens beside the computing: storing, reporting, and deciding when to stop.
class Watch {
  public:
    virtual ~Watch() = default;
    /// A row has changed; called for every change, before the next tick.
    virtual void row_changed(std::size_t row, const RowState& state) = 0;
    /// Called every few milliseconds.
    virtual void tick(const Schedule& schedule) = 0;
    /// Seconds left for computing (inf: no limit; 0: stop now). A task that is expected to take longer is not begun.
    virtual double seconds_left() = 0;
    /// A task has come back; its message is not empty if it threw.
    virtual void task_done(const TaskResult& result) = 0;
};

/// Gives the schedule's tasks to the crew until it is finished or time is up, and takes the results in. Each member has a
/// batch in hand and another waiting, so that nobody runs dry. On return no task is under way.
void drive(Schedule& schedule, Crew& crew, Watch& watch);

}  // namespace collapse::sweep
