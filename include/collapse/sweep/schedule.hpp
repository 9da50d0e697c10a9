#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "collapse/sweep/plan.hpp"

namespace collapse::sweep {

/// How far a sweep is, in cells that are to be computed and in calibrated core-seconds.
struct Progress {
    std::size_t rows = 0;  ///< that have such cells
    std::size_t cells = 0, cells_done = 0, cells_failed = 0;
    std::size_t cells_resumed = 0;                        ///< of those done or failed: known from the start
    std::size_t cells_begun = 0;                          ///< neither done nor failed, but some of their replicates are there
    double share_begun = 0;                               ///< of the replicates of these cells
    std::size_t cells_left_out = 0;                       ///< of these rows by a refinement; they count nowhere else
    double core_seconds_done = 0, core_seconds_left = 0;  ///< left: by nominal costs until something is measured
    double core_seconds_resumed = 0;                      ///< what was known from the start has cost, by the same measure
    double fraction() const;                              ///< in [0, 1], weighted by cost
};

/// Adds the replicates that follow.
void append(CellSums& sums, const CellSums& next);

/// With `precision`, whether a row stops here: at a multiple of min_replicates, so that the answer does not depend on how the work
/// was cut, with every cell that can be estimated at the wanted relative standard error.
bool precise_enough(const RowState& state, const SimulationSettings& simulation);

/// Hands out the tasks of a sweep, largest first, and puts their results together. Knows nothing of ranks: whoever asks gets a
/// task, and results may come back in any order. What a row's state becomes depends on the results alone, because blocks are
/// merged in the order of their replicates.
class Schedule {
  public:
    /// `resumed` [rows]: what is known already; complete rows are not touched again.
    Schedule(const Settings& settings, const Grid& grid, Plan plan, std::vector<RowState> resumed);

    /// Bytes that the results of a grid take here if they all are in memory, as they are before they have been stored.
    static double bytes(const Grid& grid);

    /// The next task that is expected to take no longer than `most_seconds`, or none: then wait for results, unless finished().
    std::optional<Task> next(double most_seconds = std::numeric_limits<double>::infinity());
    /// Whether the next task follows the last one (see Task): it should go to the same rank.
    bool next_follows() const { return !following_.empty(); }

    /// Takes a result in; of one that comes twice (see abandon) the second does not count. Returns the rows whose state has
    /// changed: none, or the task's.
    std::optional<RowIndex> complete(TaskResult result);

    /// Gives a task whose result never comes (its rank was lost) or is not taken to somebody else.
    void abandon(const Task& task);

    const RowState& state(RowIndex row) const { return states_[row.value]; }
    /// Frees the tables of a complete row that has been stored.
    void forget(RowIndex row);

    /// Cells of a task's result.
    std::size_t cells_per_row() const { return cells_per_row_; }

    bool finished() const { return rows_left_ == 0; }
    Progress progress() const;

    /// Calibrated core-seconds of a task.
    double expected_seconds(const Task& task) const;

  private:
    struct Frontier {
        std::size_t cells = 0;                     ///< of the row that are to be computed
        std::int64_t handed_out = 0;               ///< replicates handed out, or merged before
        std::int64_t wanted = 0;                   ///< hand out up to here without further ado: the next look
        std::map<std::int64_t, TaskResult> early;  ///< results beyond the merged prefix, by first replicate
        std::int64_t resumed = 0;                  ///< replicates known from the start
        double measured = 0;                       ///< core-seconds of `measured_replicates`
        std::int64_t measured_replicates = 0;
        bool predicted = false;  ///< the task with the predictions was handed out
    };

    void enqueue(RowIndex row);
    bool has_replicates_left(RowIndex row) const;
    double seconds_per_replicate(RowIndex row) const;
    double seconds_of_prediction(RowIndex row) const;  ///< 0 if it was handed out
    Task cut(RowIndex row, double most_seconds);
    void merge(RowIndex row, TaskResult& result);
    void look(RowIndex row);
    void close(RowIndex row);

    SimulationSettings simulation_;
    std::size_t cells_per_row_;
    Plan plan_;
    std::vector<RowState> states_;
    std::vector<Frontier> frontiers_;                     ///< what was measured: of the first rows of families
    std::map<RowIndex, std::vector<RowIndex>> families_;  ///< of more than one row, by the first
    double most_of_family_;                               ///< replicates at a time
    std::deque<Task> following_;                          ///< what was cut together with the last task
    std::vector<Task> returned_;
    /// Cost and ~index of rows with work to hand out, dearest first; a row without work is taken out when it is met.
    std::set<std::pair<double, std::size_t>, std::greater<>> queue_;
    std::size_t rows_left_ = 0;
    double nominal_ = 0, measured_ = 0;  ///< of the replicates of all finished tasks
    struct {
        double seconds = 1e-3, rows = 1;  ///< a guess that counts like one measurement
        void add(double more) { seconds += more, ++rows; }
        double mean() const { return seconds / rows; }
    } prediction_;
    Progress progress_;
};

}  // namespace collapse::sweep
