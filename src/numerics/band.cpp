#include "collapse/numerics/band.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "collapse/support/failure.hpp"
#include "columns.hpp"

extern "C" {
void dgeqrf_(const int*, const int*, double*, const int*, double*, double*, const int*, int*);
void dlarft_(const char*, const char*, const int*, const int*, const double*, const int*, const double*, double*, const int*);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*, const double*, const int*, const double*,
            const int*, const double*, double*, const int*);
void dsyr2k_(const char*, const char*, const int*, const int*, const double*, const double*, const int*, const double*, const int*,
             const double*, double*, const int*);
}

namespace collapse::numerics {

using support::ensure;

namespace {

constexpr double plus_one = 1, minus_one = -1;

/// y += A x for the lower triangle A [m x m] in columns of `stride` numbers, x and y [m x c]. OpenBLAS copies A number by number in dsymm,
/// which takes as long as 32 columns' products themselves; so every piece below a square on the diagonal is multiplied twice.
void add_symmetric_product(const double* A, int stride, const Matrix& x, Matrix& y)
{
    constexpr Index side = 128;
    const int all = static_cast<int>(x.rows()), columns = static_cast<int>(x.cols());
    for (Index first = 0; first < x.rows(); first += side) {
        const int own = static_cast<int>(std::min(side, x.rows() - first)), rest = all - static_cast<int>(first) - own;
        const double* corner = A + first * stride + first;
        const Matrix square = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(corner, own, own, Eigen::OuterStride<>(stride))
                                  .selfadjointView<Eigen::Lower>();
        dgemm_("N", "N", &own, &columns, &own, &plus_one, square.data(), &own, &x(first, 0), &all, &plus_one, &y(first, 0), &all);
        if (rest == 0) continue;
        const double *below = corner + own, *x_below = &x(first + own, 0);
        dgemm_("N", "N", &rest, &columns, &own, &plus_one, below, &stride, &x(first, 0), &all, &plus_one, &y(first + own, 0), &all);
        dgemm_("T", "N", &own, &columns, &rest, &plus_one, below, &stride, x_below, &all, &plus_one, &y(first, 0), &all);
    }
}

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
    const Matrix S = scales_.block(0, first, count, count).triangularView<Eigen::Upper>();
    Matrix VS = Matrix::Zero(rows, count), Y = VS, inner = Matrix::Zero(count, count);
    add_product(V, S, VS);
    add_symmetric_product(rest, stride, VS, Y);
    add_product_transposed(VS, Y, inner);
    add_product(V, inner / -2, Y);
    dsyr2k_("L", "N", &rows, &count, &minus_one, V.data(), &rows, Y.data(), &rows, &plus_one, rest, &stride);
}

namespace {

/// (1 - V S V') C or its transpose for the panel that begins in column `first`, C the rows below.
template <bool transposed>
void reflect(const Matrix& reflectors, const Matrix& scales, Index first, Matrix& columns)
{
    constexpr Index width = BandReduction::width;
    const Index start = first + width, rows = reflectors.rows() - start, count = std::min({rows, width});
    Matrix V = reflectors.block(start, first, rows, count);
    V.topRows(count).triangularView<Eigen::Upper>().setZero();
    V.diagonal().setOnes();
    const Matrix S = -scales.block(0, first, count, count).triangularView<Eigen::Upper>().toDenseMatrix();
    Matrix along = Matrix::Zero(count, columns.cols()), taken = along;
    add_product_transposed(V, columns.bottomRows(rows), along);
    if constexpr (transposed) add_product_transposed(S, along, taken);
    else add_product(S, along, taken);
    add_product(V, taken, columns.bottomRows(rows));
}

}  // namespace

void BandReduction::into(Matrix& columns) const
{
    ensure(columns.rows() == reflectors_.rows(), "the columns fit the matrix");
    for (Index first = 0; first + width < columns.rows(); first += width) reflect<true>(reflectors_, scales_, first, columns);
}

void BandReduction::out_of(Matrix& columns) const
{
    ensure(columns.rows() == reflectors_.rows(), "the columns fit the matrix");
    for (Index first = (columns.rows() - 1) / width * width; first >= 0; first -= width)
        if (first + width < columns.rows()) reflect<false>(reflectors_, scales_, first, columns);
}

/// Column after column; what a column takes off those to its right is a triangle of w numbers a side.
Matrix BandReduction::factored(double shift) const
{
    Matrix factor = band_;
    factor.row(0).array() += shift;
    const Index m = factor.cols();
    for (Index j = 0; j < m; ++j) {
        if (!(factor(0, j) > 0)) return Matrix::Constant(width + 1, m, std::numeric_limits<double>::quiet_NaN());
        const Index below = std::min<Index>(width, m - 1 - j);
        factor(0, j) = std::sqrt(factor(0, j));
        auto column = factor.col(j).segment(1, below);
        column /= factor(0, j);
        for (Index k = 0; k < below; ++k) factor.col(j + 1 + k).head(below - k) -= column[k] * column.tail(below - k);
    }
    return factor;
}

void BandReduction::solve(const Matrix& factor, Matrix& right_hand_sides)
{
    const Index m = factor.cols();
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
