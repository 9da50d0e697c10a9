#pragma once

#include <cstddef>
#include <vector>

#include "collapse/numerics/minimum.hpp"
#include "collapse/sweep/search_range.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// What minimises the theoretical test error: one value and place for each coordinate searched.
struct Optimum {
    std::vector<double> x;  ///< NaN where the error does not depend on it, or is infinite
    double test_error;
    std::vector<numerics::Place> place;
};

/// For the cell as it is, and for the same cell without synthetic generations (n = 0; n itself is then nowhere).
struct CellOptimum {
    Optimum collapsed, clean;
};

/// The minimiser of the theoretical test error for cell `index` of the grid of `settings`, over one or two coordinates, of which the
/// grid has one value each, a placeholder. Generations are searched all at once. A whole number together with another coordinate:
/// the best of it for every value of the other.
CellOptimum find_optimum(const Settings& settings, CellIndex index, const std::vector<SearchRange>& over);

}  // namespace collapse::sweep
