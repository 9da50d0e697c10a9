#pragma once

#include <array>
#include <cstddef>
#include <limits>

namespace collapse::problem {

/// The parameters by which the size of label noise is given.
enum class Level { sigma, sigma0 };
inline constexpr std::size_t level_count = 2;
/// One for each of them.
template <class T>
using ByLevel = std::array<T, level_count>;
constexpr std::size_t number_of(Level level) { return static_cast<std::size_t>(level); }

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

/// A test error for every size of label noise: weights are linear in both levels, whose signs are counted both ways, so that
///   test error = bias + sum over levels of level^2 variance.
struct ErrorForm {
    double bias = std::numeric_limits<double>::quiet_NaN();
    ByLevel<double> variance{};  ///< that noise of level one adds

    double variance_at(const ByLevel<double>& levels) const
    {
        double sum = 0;
        for (std::size_t level = 0; level < level_count; ++level)
            if (levels[level] != 0 && variance[level] != 0) sum += levels[level] * levels[level] * variance[level];
        return sum;
    }
};

/// What one replicate says of a cell, whatever its levels of label noise.
struct ErrorForms {
    ErrorForm evaluated;
    ErrorForm generator;  ///< the last model before the evaluated one; NaN: none

    Errors at(const ByLevel<double>& levels) const
    {
        const double variance = evaluated.variance_at(levels);
        return {evaluated.bias + variance, evaluated.bias, variance, generator.bias + generator.variance_at(levels)};
    }
};

}  // namespace collapse::problem
