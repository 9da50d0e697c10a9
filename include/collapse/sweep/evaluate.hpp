#pragma once

#include <optional>

#include "collapse/sweep/family.hpp"
#include "collapse/sweep/settings.hpp"
#include "collapse/sweep/task.hpp"

namespace collapse::sweep {

/// The key of a row's random numbers in this sweep; `linear`: see simulate::key_of().
rng::Key key_of(const Settings& settings, const Row& row, bool linear);

/// Computes tasks of one sweep: simulates and predicts, and nothing else. The same task gives the same bits on every rank.
class Evaluate {
  public:
    Evaluate(const Settings& settings, const Grid& grid)
        : settings_(&settings), grid_(&grid), family_{levels_wanted(grid), has_families(grid)}
    {
    }

    /// An exception does not escape: it marks the cells of the task as failed, with its message.
    TaskResult operator()(const Task& task) const;

  private:
    const Settings* settings_;
    const Grid* grid_;
    /// Of the last row: many tasks are of the same one.
    struct Known {
        RowIndex row;
        protocol::LevelledScheme scheme;
        rng::Key key;
    };
    const Known& known(const Task& task, const Row& row) const;

    mutable std::optional<Known> known_;
    mutable simulate::Family family_;  ///< remembers the last block, which changes no number
};

}  // namespace collapse::sweep
