#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "collapse/problem/components.hpp"
#include "collapse/store/format/status.hpp"
#include "collapse/sweep/task.hpp"

namespace collapse::store {

using problem::Errors;
using support::Reason;
using sweep::Prediction;

/// What the file says of one cell: the argument of every variable of the schema.
struct CellResult {
    Errors mean;                                                       ///< simulated; NaN: none
    Errors clean;                                                      ///< that of n = 0; NaN: none
    double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of the test error
    std::int64_t replicates = 0;                                       ///< behind `mean`
    Prediction prediction;
    double seconds = std::numeric_limits<double>::quiet_NaN();  ///< core-seconds
    Reason failure = Reason::none;
    Status status = Status::pending;
};

/// The cells of a row [cells]; `clean`: the column of n = 0, if it has one. An incomplete row has its predictions, if they are
/// known, and nothing else.
std::vector<CellResult> results_of(const sweep::RowState& row, std::size_t cells, std::optional<std::size_t> clean);

/// The status of one of them, which costs nothing to know.
Status status_of(const sweep::RowState& row, std::size_t cell);

}  // namespace collapse::store
