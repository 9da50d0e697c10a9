#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collapse/sweep/quantity.hpp"
#include "collapse/sweep/search_range.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// Along which coordinate, between which values, and where the boundary is: either two quantities are equal, or the error is
/// `growth` times that without synthetic generations (collapse onset).
struct BoundaryQuestion {
    SearchRange along;
    Quantity one{}, other{};
    std::optional<double> growth = std::nullopt;
};

/// `along` with the ranges worth searching, the widest first: a protocol may refuse values that another one takes. None if nothing is
/// known of the parameter. Throws InvalidInput for a name that is none, and for d, which is whole.
std::vector<SearchRange> boundary_ranges(const std::string& along);

/// Whether the first quantity exceeds the other, or the growth of the error exceeds the factor asked for.
enum class Side { unknown, below, above };

/// One place where the boundary is crossed.
struct Crossing {
    double x;           ///< value of the coordinate
    double test_error;  ///< there, by theory
    Side beyond;        ///< at larger values, up to the next crossing
};

/// The answer for one cell.
struct Boundary {
    std::vector<Crossing> crossings;  ///< in ascending order
    Side throughout;                  ///< the same side everywhere in the range; unknown if it is not
};

/// The boundary for cell `index` of the grid of `settings`, in which the coordinate has one value, a placeholder; what depends on T
/// follows it. A scan in log x, 24 steps a factor of 10 (of exponents and fractions: in x, 240 steps), finds the crossings, TOMS 748 refines them to rounding errors; of two
/// crossings within one step none is found. A jump of the theory is no crossing.
Boundary find_boundary(const Settings& settings, CellIndex index, const BoundaryQuestion& question);

}  // namespace collapse::sweep
