#pragma once

#include <limits>

namespace collapse::problem {

/// Test error of an estimate and its two parts, in units of the signal power. Simulation and theory both return it, so that
/// comparing them is a subtraction. bias + variance = test_error, also in one simulated replicate: every one counts its label noise
/// with both signs (THEORY section 5), so that there is no cross term.
struct Errors {
    double test_error = std::numeric_limits<double>::quiet_NaN();  ///< sum_j s_j (w_j - w0_j)^2
    double bias = std::numeric_limits<double>::quiet_NaN();        ///< the same for the chain without any label noise
    double variance = std::numeric_limits<double>::quiet_NaN();    ///< sum_j s_j (rest_j)^2, the rest being caused by label noise
    double generator_error =
        std::numeric_limits<double>::quiet_NaN();  ///< test error of the last model before the evaluated one; NaN: none
};

}  // namespace collapse::problem
