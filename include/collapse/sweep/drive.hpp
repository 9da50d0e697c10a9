#pragma once

#include "collapse/sweep/crew.hpp"
#include "collapse/sweep/schedule.hpp"

namespace collapse::sweep {

/// What happens beside the computing: storing, reporting, and deciding when to stop.
class Watch {
  public:
    virtual ~Watch() = default;
    /// A row has changed; called for every change, before the next tick.
    virtual void row_changed(RowIndex row, const RowState& state) = 0;
    /// Called every few milliseconds.
    virtual void tick(const Schedule& schedule) = 0;
    /// Seconds left for computing (inf: no limit; 0: stop now). A task that is expected to take longer is not begun.
    virtual double seconds_left() = 0;
    /// A task has come back; its message is not empty if it threw.
    virtual void task_done(const TaskResult& result) = 0;
    /// A member of the crew has failed several tasks in a row and gets no more.
    virtual void member_retired(MemberIndex member) = 0;
    /// Asked once time is up: whether the tasks in hand must be given up, too.
    virtual bool out_of_patience() = 0;
};

enum class Ending {
    nothing_under_way,
    tasks_under_way,  ///< somebody still computes, but there is no time left to wait for it
};

/// Gives the schedule's tasks to the crew until it is finished or time is up, and takes the results in. Each member has a
/// batch in hand and another waiting, so that nobody runs dry. A member whose tasks fail while those of others do not gets no more.
Ending drive(Schedule& schedule, Crew& crew, Watch& watch);

}  // namespace collapse::sweep
