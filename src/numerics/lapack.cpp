#include "collapse/numerics/lapack.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "collapse/support/failure.hpp"
#include "in_blocks.hpp"

// The Fortran interfaces are declared here rather than taken from lapacke.h: any LAPACK will do, and Eigen's LAPACKE mapping
// would route its own solvers to slower routines.
extern "C" {
void dsyrk_(const char*, const char*, const int*, const int*, const double*, const double*, const int*, const double*, double*,
            const int*);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*, const double*, const int*, const double*,
            const int*, const double*, double*, const int*);
void dtrmm_(const char*, const char*, const char*, const char*, const int*, const int*, const double*, const double*, const int*,
            double*, const int*);
void dtrtri_(const char*, const char*, const int*, double*, const int*, int*);
void dsyevd_(const char*, const char*, const int*, double*, const int*, double*, double*, const int*, int*, const int*, int*);
void dlauum_(const char*, const int*, double*, const int*, int*);
void dpotrf_(const char*, const int*, double*, const int*, int*);
void dgelqf_(const int*, const int*, double*, const int*, double*, double*, const int*, int*);
void dsytrd_(const char*, const int*, double*, const int*, double*, double*, double*, double*, const int*, int*);
void dormtr_(const char*, const char*, const char*, const int*, const int*, const double*, const int*, const double*, double*,
             const int*, double*, const int*, int*);
}

namespace collapse::numerics {

using support::ensure;

namespace {

constexpr double one = 1, zero = 0;

int size(Index count) { return static_cast<int>(count); }

}  // namespace

Matrix lower_gram(const Matrix& lower_trapezoidal)
{
    const Index rows = lower_trapezoidal.rows(), columns = lower_trapezoidal.cols(), below = rows - columns;
    ensure(below >= 0, "a lower trapezoidal matrix has at least as many rows as columns");
    Matrix result = lower_trapezoidal.topRows(columns);
    const int m = size(columns), k = size(below), lda = size(rows);
    int info = 0;
    if (m > 0) dlauum_("L", &m, result.data(), &m, &info);
    if (m > 0 && k > 0) dsyrk_("L", "T", &m, &k, &one, lower_trapezoidal.data() + columns, &lda, &one, result.data(), &m);
    return result;
}

Matrix gram(const Matrix& matrix)
{
    Matrix result = Matrix::Zero(matrix.cols(), matrix.cols());
    const int m = size(matrix.cols()), k = size(matrix.rows());
    if (m > 0 && k > 0) dsyrk_("L", "T", &m, &k, &one, matrix.data(), &k, &zero, result.data(), &m);
    return result;
}

void add_outer_gram(Matrix& sum, const Matrix& matrix)
{
    ensure(sum.rows() == matrix.rows() && sum.cols() == matrix.rows(), "a sum of products has the shape of each");
    const int d = size(matrix.rows()), m = size(matrix.cols());
    if (d > 0 && m > 0) dsyrk_("L", "N", &d, &m, &one, matrix.data(), &d, &one, sum.data(), &d);
}

Matrix lower_triangle(Matrix matrix)
{
    const int rows = size(matrix.rows()), columns = size(matrix.cols()), length = 64 * std::max(rows, 1);
    ensure(columns >= rows, "a matrix made lower triangular has at least as many columns as rows");
    Vector scales(rows), work(length);
    int info = 0;
    dgelqf_(&rows, &columns, matrix.data(), &rows, scales.data(), work.data(), &length, &info);
    ensure(info == 0, "dgelqf accepts its arguments");
    return matrix.leftCols(rows).triangularView<Eigen::Lower>();
}

void cholesky(Matrix& symmetric)
{
    const int m = size(symmetric.rows());
    int info = 0;
    if (m > 0) dpotrf_("L", &m, symmetric.data(), &m, &info);
    if (info != 0) symmetric.setConstant(std::numeric_limits<double>::quiet_NaN());
}

void cholesky_solve(const Matrix& factor, Matrix& right_hand_sides)
{
    ensure(right_hand_sides.rows() == factor.rows(), "the right-hand sides fit the factor");
    right_hand_sides = in_blocks(factor.rows(), right_hand_sides, [&](Matrix block) {
        factor.triangularView<Eigen::Lower>().solveInPlace(block);
        factor.triangularView<Eigen::Lower>().transpose().solveInPlace(block);
        return block;
    });
}

namespace {

/// [A 0; C D]^-1 = [A^-1 0; -D^-1 C A^-1 D^-1], by halves until they are small: dtrtri goes column by column there. Returns whether
/// no pivot is zero.
bool invert_lower(double* triangle, int m, int stride)
{
    constexpr int small = 32;
    constexpr double minus_one = -1;
    if (m <= small) {
        int info = 0;
        if (m > 0) dtrtri_("L", "N", &m, triangle, &stride, &info);
        return info == 0;
    }
    const int above = m / 2, below = m - above;
    double *corner = triangle + above, *rest = corner + static_cast<std::ptrdiff_t>(above) * stride;
    if (!invert_lower(triangle, above, stride) || !invert_lower(rest, below, stride)) return false;
    dtrmm_("L", "L", "N", "N", &below, &above, &minus_one, rest, &stride, corner, &stride);
    dtrmm_("R", "L", "N", "N", &below, &above, &one, triangle, &stride, corner, &stride);
    return true;
}

}  // namespace

Matrix lower_inverse(Matrix triangle)
{
    const int m = size(triangle.rows());
    ensure(triangle.cols() == triangle.rows(), "a triangle to be inverted is square");
    if (!invert_lower(triangle.data(), m, m)) triangle.setConstant(std::numeric_limits<double>::quiet_NaN());
    return triangle;
}

Matrix lower_product(const Matrix& triangle, Matrix right)
{
    const int m = size(triangle.rows()), columns = size(right.cols());
    ensure(right.rows() == triangle.rows() && triangle.cols() == triangle.rows(), "the factors of a product fit");
    if (m > 0 && columns > 0) dtrmm_("L", "L", "N", "N", &m, &columns, &one, triangle.data(), &m, right.data(), &m);
    return right;
}

namespace {

Matrix whole_product(const char* transposition, const Matrix& a, const Matrix& b)
{
    const bool transposed = *transposition == 'T';
    const int rows = size(transposed ? a.cols() : a.rows()), inner = size(b.rows()), columns = size(b.cols());
    ensure((transposed ? a.rows() : a.cols()) == b.rows(), "the factors of a product fit");
    Matrix result = Matrix::Zero(rows, columns);
    const int lda = size(a.rows());
    if (result.size() > 0 && inner > 0)
        dgemm_(transposition, "N", &rows, &columns, &inner, &one, a.data(), &lda, b.data(), &inner, &zero, result.data(), &rows);
    return result;
}

}  // namespace

Matrix product(const Matrix& a, const Matrix& b) { return whole_product("N", a, b); }

Matrix product_transposed(const Matrix& a, const Matrix& b) { return whole_product("T", a, b); }

EigenDecomposition eigen_decomposition(Matrix symmetric)
{
    const int m = size(symmetric.rows());
    EigenDecomposition result{Vector(m), std::move(symmetric)};
    int info = m > 0 && result.vectors.triangularView<Eigen::Lower>().toDenseMatrix().allFinite() ? 0 : 1;
    if (info == 0) {
        constexpr int ask = -1;
        double most = 0;
        int integers = 0;
        dsyevd_("V", "L", &m, result.vectors.data(), &m, result.values.data(), &most, &ask, &integers, &ask, &info);
        const int length = static_cast<int>(most);
        Vector work(length);
        std::vector<int> whole(static_cast<std::size_t>(integers));
        dsyevd_("V", "L", &m, result.vectors.data(), &m, result.values.data(), work.data(), &length, whole.data(), &integers,
                &info);
    }
    if (info != 0) {
        result.values.setConstant(std::numeric_limits<double>::quiet_NaN());
        result.vectors.setConstant(std::numeric_limits<double>::quiet_NaN());
    }
    return result;
}

Tridiagonalisation::Tridiagonalisation(Matrix symmetric)
    : reflectors_(std::move(symmetric)),
      diagonal_(reflectors_.rows()),
      off_diagonal_(std::max<Index>(reflectors_.rows() - 1, 0)),
      scales_(off_diagonal_.size())
{
    // LAPACK makes panels as wide as the workspace allows, up to 32 columns; whatever the size, products with panels of 12 cost less.
    constexpr int panel = 12;
    const int m = size(reflectors_.rows()), length = panel * std::max(m, 1);
    ensure(m > 0, "a matrix to be tridiagonalised is not empty");
    Vector work(length);
    int info = 0;
    dsytrd_("L", &m, reflectors_.data(), &m, diagonal_.data(), off_diagonal_.data(), scales_.data(), work.data(), &length, &info);
    ensure(info == 0, "dsytrd accepts its arguments");
}

void Tridiagonalisation::apply_from_right(Matrix& matrix) const
{
    const int rows = size(matrix.rows()), m = size(reflectors_.rows()), length = 64 * std::max(rows, 1);
    ensure(matrix.cols() == reflectors_.rows(), "the matrix fits the reflectors");
    Vector work(length);
    int info = 0;
    dormtr_("R", "L", "N", &rows, &m, reflectors_.data(), &m, scales_.data(), matrix.data(), &rows, work.data(), &length, &info);
    ensure(info == 0, "dormtr accepts its arguments");
}

namespace {

constexpr Index together = 8;  ///< columns side by side: each waits for its own row before, not for the others

/// Solves L D L' X = B for X [m x together].
void substitute(const Vector& inverse_pivots, const Vector& multipliers, double* x)
{
    const Index m = inverse_pivots.size();
    for (Index i = 1; i < m; ++i)
        for (Index c = 0; c < together; ++c) x[c * m + i] -= multipliers[i - 1] * x[c * m + i - 1];
    for (Index c = 0; c < together; ++c) Eigen::Map<Vector>(x + c * m, m).array() *= inverse_pivots.array();
    for (Index i = m - 2; i >= 0; --i)
        for (Index c = 0; c < together; ++c) x[c * m + i] -= multipliers[i] * x[c * m + i + 1];
}

}  // namespace

void Tridiagonalisation::solve(double shift, Matrix& right_hand_sides) const
{
    // L D L' of a positive definite tridiagonal matrix needs no pivoting: D_1 = h_1, l_i = e_i / D_i, D_{i+1} = h_{i+1} - l_i e_i.
    const Index m = diagonal_.size();
    Vector pivots(m), multipliers(off_diagonal_.size());
    for (Index i = 0; i < m; ++i) {
        pivots[i] = diagonal_[i] + shift;
        if (i > 0) {
            multipliers[i - 1] = off_diagonal_[i - 1] / pivots[i - 1];
            pivots[i] -= multipliers[i - 1] * off_diagonal_[i - 1];
        }
        if (!(pivots[i] > 0)) {
            right_hand_sides.setConstant(std::numeric_limits<double>::quiet_NaN());
            return;
        }
    }
    const Vector inverse_pivots = pivots.cwiseInverse();
    const Index whole = right_hand_sides.cols() / together * together, rest = right_hand_sides.cols() - whole;
    for (Index first = 0; first < whole; first += together)
        substitute(inverse_pivots, multipliers, right_hand_sides.data() + first * m);
    if (rest == 0) return;
    Matrix padded = Matrix::Zero(m, together);
    padded.leftCols(rest) = right_hand_sides.rightCols(rest);
    substitute(inverse_pivots, multipliers, padded.data());
    right_hand_sides.rightCols(rest) = padded.leftCols(rest);
}

}  // namespace collapse::numerics
