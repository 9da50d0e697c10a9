#pragma once

#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// All that theory says of a row of a sweep, or of part of one: predictions with those of n = 0 beside them, and local rates.
///
/// A rate d log E / d log x is a central difference of fourth order in log x, with all exponents of T kept; good to about 1e-8.
/// Protocols that know whole n alone have d log E / d log n from n - 2, ..., n + 2: exact for linear growth, exponential growth and
/// exponential saturation, of fourth order in steps of 1 otherwise.
support::Table<protocol::Prediction> predict(const Settings& settings, const RowPart& part);

}  // namespace collapse::sweep
