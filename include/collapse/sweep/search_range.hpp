#pragma once

#include <string>
#include <vector>

#include "collapse/sweep/coordinate.hpp"

namespace collapse::sweep {

/// Where a coordinate is searched for an optimum.
struct SearchRange {
    CoordinatePointer coordinate;
    double low, high;
    bool logarithmic;  ///< in log x
    bool whole;        ///< whole numbers only

    std::string_view name() const { return coordinate->name; }
};

/// Ranges worth searching by default, the widest first: a protocol may refuse values that another one takes. By kind: fractions in
/// [0, 1], sizes that are not negative in [1e-8, 1e3] (logarithmic), sample sizes in [1, 1e6], generations in [0, 100]; exponents
/// and weights of labels in a range of their own. None for a parameter that a config brings along.
std::vector<SearchRange> default_ranges(const CoordinatePointer& coordinate);

/// The same in [low, high]. Throws InvalidInput if it has values that the coordinate never takes; `text` is what the user wrote.
SearchRange range_of(const CoordinatePointer& coordinate, double low, double high, const std::string& text);

}  // namespace collapse::sweep
