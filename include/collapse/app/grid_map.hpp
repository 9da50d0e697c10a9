#pragma once

#include <string>

#include "collapse/app/stored_grid.hpp"

namespace collapse::app {

/// The grid as a small map for a terminal: a column a pair of lambda and n, or a value of the longest other
/// axis if that has more; where there are too many, neighbours share a letter, which then is that of the worst of them.
std::string grid_map(const store::ResultView& view, const StoredGrid& grid, bool colour);

}  // namespace collapse::app
