#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "collapse/protocol/protocol.hpp"
#include "collapse/simulate/block.hpp"
#include "collapse/sweep/index.hpp"

namespace collapse::sweep {

using protocol::Prediction;
using simulate::CellSums;
using simulate::Replicates;
using support::Reason;
using support::Table;

/// The unit of work: a block of replicates of one row, with the row's theory if `predict`. A pure function of the sweep's
/// settings (see evaluate.hpp), whoever computes it and whenever.
struct Task {
    RowIndex row;
    Replicates replicates;
    bool predict = false;
    bool follows = false;  ///< the task before it in its batch is of the same family and replicates: their draws are there already
    friend bool operator==(const Task&, const Task&) = default;
};

struct TaskResult {
    Task task;
    Table<CellSums> sums;           ///< empty if the sweep does not simulate, unless the task failed
    Table<Prediction> predictions;  ///< empty unless task.predict
    support::Meter::Seconds phases{};
    double seconds = 0;   ///< core-seconds of the whole task
    std::string message;  ///< what an exception said; empty if there was none
};

/// Whoever turns a task into its result: Evaluate, or a stand-in that measures everything else.
using Computation = std::function<TaskResult(const Task&)>;

/// What is known of a row: always a prefix of its replicates, so that a row can be continued from it.
struct RowState {
    std::int64_t replicates = 0;    ///< merged so far: replicates 0 .. replicates-1
    Table<CellSums> sums;           ///< of those; [ridges x generations], empty if there are none
    Table<Prediction> predictions;  ///< empty until known
    double seconds = 0;             ///< core-seconds spent
    bool complete = false;          ///< nothing more to do

    bool known() const { return complete || replicates > 0 || predictions.size() > 0; }
};

}  // namespace collapse::sweep
