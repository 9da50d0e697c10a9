#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "collapse/sweep/settings.hpp"

/// Refinement: the lists of [grid] are where it starts, boxes between their values are halved along all refined axes where the
/// target changes, and the grid of the file is the finest one. Theory alone decides, so the cells that are visited are known
/// before anything is simulated.
namespace collapse::sweep {

/// What may decide: `regime`, `test_error`, `ratio_to_clean`.
std::span<const std::string_view> refinement_targets();

/// Checks [refine], fills in its defaults, and replaces the lists of the refined axes by the finest ones; settings that have been
/// through it come out as they are. Throws InvalidInput.
Settings with_finest_axes(Settings settings);

/// `start`, every interval halved `levels` times: in logarithms between positive values of a parameter that has a scale, linearly
/// for exponents and fractions and next to zero. Whole numbers are rounded, and kept once.
std::vector<double> halved(const Coordinate& coordinate, const std::vector<double>& start, std::int64_t levels);

/// The cells that the refinement visits [cells], and beside them those of n = 0 if anything is simulated; empty without [refine].
/// Each combination of values of the axes that are not refined is refined by itself, so that a longer list there adds no more than
/// those of n = 0. Throws InvalidInput if theory knows none of them.
std::vector<bool> refined_cells(const Settings& settings, const Grid& grid);

/// The grid of the settings, of which the refinement leaves cells out if there is one.
Grid refined_grid(const Settings& settings);

}  // namespace collapse::sweep
