#pragma once

#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// All that theory says of a row of a sweep, or of part of one: predictions with those of n = 0 beside them, and local rates.
///
/// Rates d log E / d log x, with all exponents of T kept, come from the sums of the prediction itself where there is a formula for them
/// (protocol::Slopes); elsewhere they are central differences of fourth order in log x, good to about 1e-8.
/// Protocols that know whole n alone have d log E / d log n from n - 2, ..., n + 2: exact for linear growth, exponential growth and
/// exponential saturation, of fourth order in steps of 1 otherwise.
support::Table<protocol::Prediction> predict(const Settings& settings, const RowPart& part);

}  // namespace collapse::sweep
