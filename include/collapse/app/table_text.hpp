#pragma once

#include <string>

#include "collapse/app/arguments.hpp"
#include "collapse/store/life/table_file.hpp"

namespace collapse::app {

/// Whether --json or --csv is given. Throws InvalidInput if both are.
bool wants_table(const Arguments& arguments);

/// The table as `--json` or `--csv` asks, without a line end: each cell with its place along all dimensions that are in use, then all
/// variables; flags in words, unknown numbers null or empty, infinite ones "inf". JSON has the parameters of one value apart.
std::string table_text(const store::Table& table, const Arguments& arguments);

}  // namespace collapse::app
