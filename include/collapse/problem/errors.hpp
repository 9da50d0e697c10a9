#pragma once

#include <limits>

namespace collapse::problem {

/// Test error of an estimate and its two parts, in units of the signal power. Simulation and theory both return it, so that
/// comparing them is a subtraction. In theory bias + variance = test_error; in one simulated replicate the two parts also have a
/// cross term of zero mean.
struct Errors {
    double test_error = std::numeric_limits<double>::quiet_NaN();  ///< sum_j s_j (w_j - w0_j)^2
    double bias = std::numeric_limits<double>::quiet_NaN();        ///< the same for the chain without any label noise
    double variance = std::numeric_limits<double>::quiet_NaN();    ///< sum_j s_j (rest_j)^2, the rest being caused by label noise
};

}  // namespace collapse::problem
