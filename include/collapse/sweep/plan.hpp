#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "collapse/sweep/settings.hpp"
#include "collapse/sweep/task.hpp"

namespace collapse::sweep {

/// What a sweep consists of before anything is computed.
struct Plan {
    struct RowPlan {
        double seconds = 0;           ///< nominal core-seconds of one replicate (see protocol::Cost)
        double bytes = 0;             ///< memory that a rank needs for the row
        std::int64_t replicates = 0;  ///< at most; 0 where no cell can be simulated
        bool left_out = false;        ///< by a refinement: it selects no cell of the row
        bool ours = true;             ///< false: another shard computes the row
        /// The first row of its family (family.hpp), whose rows share their draws: `seconds` are those of all; none: it has none.
        std::optional<RowIndex> first_of_family{};
    };
    std::vector<RowPlan> rows;
    double longest_task = 0;  ///< nominal core-seconds that a task should take at most
    std::size_t cells = 0;    ///< of the results of one block: those of a row, or of all rows of the largest family
    double data_bytes = 0;    ///< of the data set, which the ranks of a node share; twice that while rank 0 reads it
    double pool_bytes = 0;    ///< of rank 0 while it measures the spectrum, before anything else
    std::int64_t pool = 0;    ///< rows that it measures
    double largest_fit = 0;   ///< rows of a data set in one fit

    /// The row that stands for the family in all that counts its draws once.
    RowIndex family_of(RowIndex row) const { return rows[row.value].first_of_family.value_or(row); }
    /// Rows with draws of their own, and all that are simulated.
    std::size_t families() const, simulated_rows() const;

    /// Lengthens tasks for so many ranks: their results must not come faster than rank 0 can take them in, but every rank
    /// shall have many tasks, so that all end together. Costs are nominal.
    void share_among(double ranks);

    double seconds() const;         ///< nominal core-seconds of the whole sweep
    double bytes_per_rank() const;  ///< of the most demanding row
    std::size_t tasks() const;
    double largest_task() const;  ///< nominal core-seconds: longest_task, or one replicate if that takes longer
};

/// About half a second, never more than 2 % of the sweep.
double longest_task_of(const Plan& plan);

/// Costs of every row, and the length of tasks.
Plan make_plan(const Settings& settings, const Grid& grid);

/// Real seconds per nominal second on this machine, measured by a few replicates of typical rows for about `budget` seconds.
double measure_speed(const Settings& settings, const Grid& grid, const Plan& plan, double budget);

}  // namespace collapse::sweep
