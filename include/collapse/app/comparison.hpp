#pragma once

#include "collapse/store/life/result_view.hpp"
#include "collapse/sweep/comparison.hpp"

namespace collapse::app {

using sweep::ComparedCell;
using sweep::Comparison;

/// All cells of a result file that are done confronted with theory, see sweep::compare().
Comparison compare(const store::ResultView& view, double level, double finite_size);

}  // namespace collapse::app
