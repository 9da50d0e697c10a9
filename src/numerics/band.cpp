#include "collapse/numerics/band.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "collapse/support/failure.hpp"
#include "in_blocks.hpp"

extern "C" {
void dgeqrf_(const int*, const int*, double*, const int*, double*, double*, const int*, int*);
void dlarft_(const char*, const char*, const int*, const int*, const double*, const int*, const double*, double*, const int*);
void dsymm_(const char*, const char*, const int*, const int*, const double*, const double*, const int*, const double*, const int*,
            const double*, double*, const int*);
void dsyr2k_(const char*, const char*, const int*, const int*, const double*, const double*, const int*, const double*, const int*,
             const double*, double*, const int*);
void dpbtrf_(const char*, const int*, const int*, double*, const int*, int*);
}

namespace collapse::numerics {

using support::ensure;

namespace {

constexpr double one = 1, minus_one = -1, zero = 0;

}  // namespace

BandReduction::BandReduction(Matrix symmetric)
    : reflectors_(std::move(symmetric)),
      scales_(Matrix::Zero(width, reflectors_.rows())),
      band_(Matrix::Zero(width + 1, reflectors_.rows()))
{
    const Index m = reflectors_.rows();
    ensure(m > 0, "a matrix to be reduced is not empty");
    for (Index first = 0; first < m; first += width) {
        if (first + width < m) reduce(first);
        for (Index j = first; j < std::min(first + width, m); ++j) {
            const Index length = std::min(width + 1, m - j);
            band_.col(j).head(length) = reflectors_.col(j).segment(j, length);
        }
    }
}

/// Columns first..first + w of the matrix, below the band: P = V R by reflectors, Q_k = 1 - V S V'. The rest A of the matrix becomes
/// Q_k' A Q_k = A - V Y' - Y V' with Y = X - V S' (V' X) / 2, X = A V S [Dongarra, Hammarling, Sorensen, J. Comput. Appl. Math. 27,
/// 215, 1989].
void BandReduction::reduce(Index first)
{
    const Index start = first + width, m = reflectors_.rows();
    const int rows = static_cast<int>(m - start), columns = width, stride = static_cast<int>(m);
    const int count = std::min(rows, columns), scales_stride = width, length = 64 * columns;
    double* panel = &reflectors_(start, first);
    double* rest = &reflectors_(start, start);
    Vector scales(count), work(length);
    int info = 0;
    dgeqrf_(&rows, &columns, panel, &stride, scales.data(), work.data(), &length, &info);
    ensure(info == 0, "dgeqrf accepts its arguments");
    dlarft_("F", "C", &rows, &count, panel, &stride, scales.data(), &scales_(0, first), &scales_stride);

    Matrix V = reflectors_.block(start, first, rows, count);
    V.topRows(count).triangularView<Eigen::Upper>().setZero();
    V.diagonal().setOnes();
    const auto S = scales_.block(0, first, count, count).triangularView<Eigen::Upper>();
    const Matrix VS = V * S;
    Matrix Y(rows, count);
    dsymm_("L", "L", &rows, &count, &one, rest, &stride, VS.data(), &rows, &zero, Y.data(), &rows);
    const Matrix inner = VS.transpose() * Y / 2;
    Y -= V * inner;
    dsyr2k_("L", "N", &rows, &count, &minus_one, V.data(), &rows, Y.data(), &rows, &one, rest, &stride);
}

namespace {

/// (1 - V S V') C or its transpose for the panel that begins in column `first`, C the rows below.
template <bool transposed>
void reflect(const Matrix& reflectors, const Matrix& scales, Index first, Matrix& block)
{
    constexpr Index width = BandReduction::width;
    const Index start = first + width, rows = reflectors.rows() - start, count = std::min({rows, width});
    const auto top = reflectors.block(start, first, count, count).triangularView<Eigen::UnitLower>();
    const auto bottom = reflectors.block(start + count, first, rows - count, count);
    const auto S = scales.block(0, first, count, count).triangularView<Eigen::Upper>();
    Matrix inner = top.transpose() * block.middleRows(start, count);
    inner.noalias() += bottom.transpose() * block.bottomRows(rows - count);
    if constexpr (transposed) inner = S.transpose() * inner;
    else inner = S * inner;
    block.middleRows(start, count) -= top * inner;
    block.bottomRows(rows - count).noalias() -= bottom * inner;
}

}  // namespace

void BandReduction::into(Matrix& columns) const
{
    ensure(columns.rows() == reflectors_.rows(), "the columns fit the matrix");
    columns = in_blocks(columns.rows(), columns, [&](Matrix block) {
        for (Index first = 0; first + width < block.rows(); first += width) reflect<true>(reflectors_, scales_, first, block);
        return block;
    });
}

void BandReduction::out_of(Matrix& columns) const
{
    ensure(columns.rows() == reflectors_.rows(), "the columns fit the matrix");
    columns = in_blocks(columns.rows(), columns, [&](Matrix block) {
        for (Index first = (block.rows() - 1) / width * width; first >= 0; first -= width)
            if (first + width < block.rows()) reflect<false>(reflectors_, scales_, first, block);
        return block;
    });
}

void BandReduction::solve(double shift, Matrix& right_hand_sides) const
{
    Matrix factor = band_;
    factor.row(0).array() += shift;
    const int m = static_cast<int>(band_.cols()), diagonals = width, stride = width + 1;
    int info = 0;
    dpbtrf_("L", &m, &diagonals, factor.data(), &stride, &info);
    if (info != 0) {
        right_hand_sides.setConstant(std::numeric_limits<double>::quiet_NaN());
        return;
    }
    for (Index c = 0; c < right_hand_sides.cols(); ++c) {
        auto x = right_hand_sides.col(c);
        for (Index j = 0; j < m; ++j) {
            const Index below = std::min<Index>(width, m - 1 - j);
            x[j] /= factor(0, j);
            x.segment(j + 1, below) -= x[j] * factor.col(j).segment(1, below);
        }
        for (Index j = m - 1; j >= 0; --j) {
            const Index below = std::min<Index>(width, m - 1 - j);
            x[j] = (x[j] - factor.col(j).segment(1, below).dot(x.segment(j + 1, below))) / factor(0, j);
        }
    }
}

}  // namespace collapse::numerics
