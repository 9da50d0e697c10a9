#pragma once

/// What one core does in a second, as plans assume it: build/bench_core_speed prints what it does here, beside these: medians of four
/// runs of it while both cores of the machine had work, as in a sweep. A run corrects its plan by what it measures, so only their
/// ratios matter.
namespace collapse::estimator::core_speed {

inline constexpr double normal = 7e-9;                  ///< seconds a normal number
inline constexpr double chi = 25e-9;                    ///< seconds a chi number
inline constexpr double matrix_product = 1 / 15e9;      ///< seconds an operation in blocked kernels
inline constexpr double tridiagonalisation = 1 / 11e9;  ///< seconds an operation: half of them are of matrix-vector products
inline constexpr double band_reduction = 1 / 13e9;      ///< seconds an operation, of large matrices
inline constexpr double pair_of_solves = 4.2e-9;        ///< seconds an equation of a tridiagonal system, two right-hand sides
inline constexpr double pair_of_errors = 0.42e-9;       ///< seconds a direction, with and without noise
inline constexpr double elimination = 4.5e-9;  ///< seconds an entry of the window of banded rows, eight ridges side by side
inline constexpr double call = 0.43e-6;        ///< seconds for the overhead of any step

// Kernel matrices of data and fits on them.
inline constexpr double kernel_product = 1 / 15e9;    ///< seconds an operation of the products of rows; of bytes a sixteenth
inline constexpr double absolute_distance = 0.28e-9;  ///< seconds a feature of |x - y|, of bytes a sixteenth
inline constexpr double kernel_value = 1.1e-9;        ///< seconds a value for what is neither product nor function
inline constexpr double exponential = 2.3e-9;         ///< seconds a value
inline constexpr double power = 0.6e-9;               ///< seconds a value, of the third degree
inline constexpr double cholesky = 1 / 14e9;          ///< seconds an operation
inline constexpr double eigenvectors = 1 / 13e9;      ///< seconds an operation, of which there are 5 m^3
inline constexpr double column_product = 1 / 19e9;    ///< seconds an operation of products with a few columns
inline constexpr double band_rotation = 1 / 3.6e9;    ///< seconds an operation on the way from a band to eigenvalues
inline constexpr double shuffle = 11e-9;              ///< seconds a row of a data set, put in the order of a replicate

}  // namespace collapse::estimator::core_speed
