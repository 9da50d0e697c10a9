#pragma once

#include "collapse/support/index.hpp"

/// What the interfaces of a sweep number.
namespace collapse::sweep {

using RowIndex = support::Index<struct RowKind>;        ///< of a row of a grid
using CellIndex = support::Index<struct CellKind>;      ///< of a cell of a grid, as the result file stores them
using MemberIndex = support::Index<struct MemberKind>;  ///< of a member of a crew: its rank

}  // namespace collapse::sweep
