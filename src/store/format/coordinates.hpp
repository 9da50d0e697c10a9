#pragma once

#include <string_view>
#include <vector>

#include "collapse/sweep/grid.hpp"

namespace collapse::store {

/// A parameter that follows from axes, over the dimensions it depends on (row-major): lambda over (T, ell), T0 over (b, T), alpha
/// over (r, beta), or r over (alpha, beta); what follows another parameter, over the dimensions of that.
struct DerivedCoordinate {
    std::string_view name, symbol, long_name;
    std::string follows;                         ///< of a tie: `sigma`, `2 T`; else empty
    std::vector<const sweep::Axis*> sources;     ///< axes that it depends on, in storage order
    std::vector<const sweep::Axis*> dimensions;  ///< those of them that are dimensions
    std::vector<double> values;                  ///< NaN where it is not defined
};

/// Those that help to read a file of this grid. The axes pointed to belong to `grid`.
std::vector<DerivedCoordinate> derived_coordinates(const sweep::Grid& grid);

}  // namespace collapse::store
