#pragma once

#include <cstddef>

/// How a sweep is cut into tasks and handed out: `collapse plan --json` tells it to whoever models that (collapse_analysis.scale).
namespace collapse::sweep::pace {

inline constexpr double task_seconds = 0.5;  ///< of a task: long beside a message (about 50 us), short beside a user's patience
inline constexpr double task_share = 0.02;   ///< of the sweep, for one task: so that up to 50 ranks share it evenly to the end
inline constexpr double seconds_per_result = 200e-6;  ///< on rank 0, four times what it needs (bench_rank0)
inline constexpr double seconds_per_cell = 1e-6;      ///< of a result, on rank 0: its sums are unpacked, added and stored
inline constexpr double seconds_per_form = 1e-7;   ///< of a replicate, for each row of a family: its errors are added to the sums
inline constexpr double largest_share = 0.25;      ///< of what a rank has to do, for tasks whose results are long
inline constexpr double smallest_share = 0.02;     ///< of what a rank has to do: a task is no longer
inline constexpr double batch_seconds = 0.02;      ///< of tasks that travel together: long beside a message
inline constexpr std::size_t longest_batch = 256;  ///< so that a wrong guess of the cost cannot unbalance the end
/// Cells whose results are in memory together, and those of one more family.
inline constexpr std::size_t most_cells_of_batch = 1U << 13U;
inline constexpr std::size_t most_batches = 2;  ///< of one member: one in hand, one waiting

}  // namespace collapse::sweep::pace
