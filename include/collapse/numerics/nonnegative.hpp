#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::numerics {

/// The x >= 0 [n] that minimises |A x - b|^2 for A [m x n] with m >= n columns of any rank, by the active-set method of Lawson and
/// Hanson (Solving Least Squares Problems, 1974, chapter 23). The entries that are not zero are few where columns are nearly
/// dependent.
Vector nonnegative_least_squares(const Matrix& a, const Vector& b);

}  // namespace collapse::numerics
