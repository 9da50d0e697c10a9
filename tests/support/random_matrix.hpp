#pragma once

#include <algorithm>
#include <random>
#include <utility>

#include <Eigen/Dense>

#include "collapse/numerics/types.hpp"
#include "support/tolerance.hpp"

namespace collapse::test {

using numerics::Index;
using numerics::Matrix;

/// Shapes (d, m) on both sides of the block sizes of common libraries.
inline constexpr std::pair<Index, Index> shapes[] = {{1, 1},   {2, 1},   {5, 1},   {3, 2},   {7, 7},    {2, 6},
                                                     {16, 16}, {33, 17}, {64, 31}, {40, 90}, {150, 70}, {131, 131}};

inline Matrix random_matrix(std::mt19937_64& generator, Index rows, Index columns)
{
    std::normal_distribution<double> normal;
    return Matrix::NullaryExpr(rows, columns, [&] { return normal(generator); });
}

/// Symmetric with eigenvalues of at least 0.1.
inline Matrix random_positive(std::mt19937_64& generator, Index m)
{
    const Matrix a = random_matrix(generator, m, m);
    return a * a.transpose() / static_cast<double>(m) + 0.1 * Matrix::Identity(m, m);
}

/// Whether two matrices agree up to rounding, relative to the largest entry.
inline bool near(const Matrix& a, const Matrix& b)
{
    if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
    if (a.size() == 0) return true;
    return (a - b).cwiseAbs().maxCoeff() <= rounding * std::max(1.0, b.cwiseAbs().maxCoeff());
}

}  // namespace collapse::test
