#include "collapse/sweep/family.hpp"

#include <algorithm>

namespace collapse::sweep {

namespace {

/// The axis of a level; nullptr: the grid has none.
const Axis* axis_of(const Grid& grid, problem::Level level)
{
    const auto found = std::ranges::find(grid.axes(), level == problem::Level::sigma ? "sigma" : "sigma0",
                                         [](const Axis& axis) { return axis.name(); });
    return found == grid.axes().end() ? nullptr : &*found;
}

}  // namespace

problem::ByLevel<bool> levels_wanted(const Grid& grid)
{
    problem::ByLevel<bool> wanted{};
    for (const problem::Level level : {problem::Level::sigma, problem::Level::sigma0})
        if (const Axis* axis = axis_of(grid, level))
            wanted[number_of(level)] = std::ranges::any_of(axis->values, [](double value) { return value != 0; });
    return wanted;
}

bool has_families(const Grid& grid)
{
    return std::ranges::any_of(std::array{problem::Level::sigma, problem::Level::sigma0}, [&](problem::Level level) {
        const Axis* axis = axis_of(grid, level);
        return axis != nullptr && axis->values.size() > 1;
    });
}

std::size_t most_cells_together(const Grid& grid)
{
    const std::size_t of_family = has_families(grid) ? std::min(grid.cells(), most_cells_of_family) : 0;
    return std::max(grid.cells_per_row(), of_family);
}

}  // namespace collapse::sweep
