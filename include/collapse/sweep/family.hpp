#pragma once

#include "collapse/problem/errors.hpp"
#include "collapse/sweep/grid.hpp"

/// Families: rows of a grid that differ in the levels of label noise alone, so that one draw serves them all
/// (protocol::LevelledScheme).
namespace collapse::sweep {

/// The levels that are not zero somewhere in the grid.
problem::ByLevel<bool> levels_wanted(const Grid& grid);

/// Whether there may be families of more than one row.
bool has_families(const Grid& grid);

/// Rows that one family has at most: it is cut if it has more, or more cells, which are all in memory at once.
inline constexpr std::size_t most_rows_of_family = 64, most_cells_of_family = 1U << 14U;

/// Cells whose results come together: of a row, or of a family.
std::size_t most_cells_together(const Grid& grid);

}  // namespace collapse::sweep
