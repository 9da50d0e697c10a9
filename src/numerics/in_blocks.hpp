#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::numerics {

constexpr Index block_width = 16;

/// Applies `kernel` to every block of exactly `block_width` columns of `right`; the last one is filled up with zeros. The kernels
/// are Eigen's, which treat the columns of a block alike, and not those of BLAS.
template <class Kernel>
Matrix in_blocks(Index rows, const Matrix& right, Kernel&& kernel)
{
    Matrix result(rows, right.cols());
    const Index whole = right.cols() / block_width * block_width, rest = right.cols() - whole;
    for (Index first = 0; first < whole; first += block_width)
        result.middleCols(first, block_width) = kernel(Matrix(right.middleCols(first, block_width)));
    if (rest > 0) {
        Matrix padded = Matrix::Zero(right.rows(), block_width);
        padded.leftCols(rest) = right.rightCols(rest);
        result.rightCols(rest) = Matrix(kernel(padded)).leftCols(rest);
    }
    return result;
}

}  // namespace collapse::numerics
