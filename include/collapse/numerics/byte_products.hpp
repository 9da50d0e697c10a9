#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::numerics {

using ByteMatrix = Eigen::Matrix<unsigned char, Eigen::Dynamic, Eigen::Dynamic>;  ///< column-major

/// (a - 128)' (b - 128) [m x n] for a [p x m], b [p x n]. Every number is exact: products are at most 2^14, a thousand and twenty-four of
/// them at most 2^24, up to which single precision knows all whole numbers. So it takes half the time of doubles, and the bits depend
/// on no BLAS.
Matrix byte_products(const ByteMatrix& a, const ByteMatrix& b);

/// The same of a with itself, lower triangle; the rest is zero.
Matrix byte_products(const ByteMatrix& a);

}  // namespace collapse::numerics
