#pragma once

#include <functional>

#include "collapse/numerics/types.hpp"

namespace collapse::numerics {

using ByteMatrix = Eigen::Matrix<unsigned char, Eigen::Dynamic, Eigen::Dynamic>;  ///< column-major

/// What becomes of a column of a matrix as soon as it is known, while it is still in the cache: its number, and its entries, of a lower
/// triangle those from the diagonal on.
using EachColumn = std::function<void(Index column, Eigen::Ref<Vector> entries)>;

/// (a - 128)' (b - 128) [m x n] for a [p x m], b [p x n], then `each`. Every number is exact, so that the bits depend neither on a BLAS
/// nor on the processor: one with AVX-512 VNNI multiplies the bytes themselves, a quarter of the time of single precision, which others
/// take (products are at most 2^14, a thousand and twenty-four of them at most 2^24, up to which it knows all whole numbers).
Matrix byte_products(const ByteMatrix& a, const ByteMatrix& b, const EachColumn& each = {});

/// The same of a with itself, lower triangle; the rest is zero.
Matrix byte_products(const ByteMatrix& a, const EachColumn& each = {});

/// The first in single precision, whatever the processor has.
Matrix byte_products_in_floats(const ByteMatrix& a, const ByteMatrix& b);

}  // namespace collapse::numerics
