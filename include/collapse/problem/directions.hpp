#pragma once

#include "collapse/problem/model.hpp"

namespace collapse::problem {

/// Number of directions that rows of a cell vary in: d, less the eigenvalues of 0 in a spectrum that is given. Those count nowhere:
/// nodes_of() and instance_of() leave them out.
double directions_of(const ModelSettings& settings, const Cell& cell);

}  // namespace collapse::problem
