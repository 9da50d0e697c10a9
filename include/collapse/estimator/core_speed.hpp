#pragma once

/// What one core does in a second, as plans assume it: build/bench_core_speed prints what it does here, beside these. A run corrects
/// its plan by what it measures, so only their ratios matter. Kernel matrices and fits on them have rates of their own, beside the code.
namespace collapse::estimator::core_speed {

inline constexpr double normal = 8e-9;                 ///< seconds a normal number
inline constexpr double chi = 30e-9;                   ///< seconds a chi number
inline constexpr double matrix_product = 1 / 25e9;     ///< seconds an operation in blocked kernels
inline constexpr double tridiagonalisation = 1 / 9e9;  ///< seconds an operation: half of them are of matrix-vector products
inline constexpr double band_reduction = 1 / 25e9;     ///< seconds an operation, of large matrices
inline constexpr double pair_of_solves = 30e-9;        ///< seconds an equation of a tridiagonal system, two right-hand sides
inline constexpr double pair_of_errors = 2e-9;         ///< seconds a direction, with and without noise
inline constexpr double elimination = 4e-9;            ///< seconds an entry of the window of banded rows, eight ridges side by side
inline constexpr double call = 2e-6;                   ///< seconds for the overhead of any step

}  // namespace collapse::estimator::core_speed
