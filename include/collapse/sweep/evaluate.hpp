#pragma once

#include "collapse/sweep/settings.hpp"
#include "collapse/sweep/task.hpp"

namespace collapse::sweep {

/// Computes tasks of one sweep: simulates and predicts, and nothing else. The same task gives the same bits on every rank.
class Evaluate {
  public:
    Evaluate(const Settings& settings, const Grid& grid) : settings_(&settings), grid_(&grid) {}

    /// An exception does not escape: it marks the cells of the task as failed, with its message.
    TaskResult operator()(const Task& task) const;

  private:
    const Settings* settings_;
    const Grid* grid_;
};

}  // namespace collapse::sweep
