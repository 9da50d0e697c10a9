#pragma once

#include <optional>
#include <span>
#include <vector>

#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// The nodes of a cell's spectrum; the last ones are kept as long as cells have the same.
class LastNodes {
  public:
    const problem::Nodes& of(const problem::ModelSettings& model, const Cell& cell);

  private:
    std::optional<problem::Nodes> nodes_;
    Cell last_;
};

/// One cell of a grid as a function of some of its coordinates, of which the grid's values are ignored; what depends on them (T0 =
/// T^b on T) follows. For theory: sample sizes are not rounded.
class CellAlong {
  public:
    CellAlong(const Settings& settings, CellIndex index, std::span<const CoordinatePointer> along);

    /// The cell with one value for each of the coordinates.
    Cell at(std::span<const double> values);
    /// Whether cells along coordinate k are of one row, with several ridges.
    bool is_ridge(std::size_t k) const;

    const problem::Nodes& nodes(const Cell& cell) { return nodes_.of(settings_->model, cell); }

  private:
    const Settings* settings_;
    Grid grid_;                       ///< the one cell
    std::vector<std::size_t> along_;  ///< which of its axes
    LastNodes nodes_;
};

}  // namespace collapse::sweep
