#pragma once

#include <optional>
#include <span>
#include <vector>

#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// One cell of a grid as a function of some of its coordinates, of which the grid's values are ignored; what depends on them (T0 =
/// T^b on T) follows. For theory: sample sizes are not rounded.
class CellAlong {
  public:
    CellAlong(const Settings& settings, std::size_t index, std::span<const CoordinatePointer> along);

    /// The cell with one value for each of the coordinates.
    Cell at(std::span<const double> values);

    /// The nodes of its spectrum; the last ones are kept as long as the cells have the same.
    const problem::Nodes& nodes(const Cell& cell);

  private:
    const Settings* settings_;
    std::vector<Axis> axes_;                ///< each with the cell's value
    std::vector<std::size_t> along_;        ///< which of them
    std::optional<problem::Nodes> nodes_;
    Cell last_;
};

}  // namespace collapse::sweep
