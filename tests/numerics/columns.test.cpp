#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "collapse/numerics/band.hpp"
#include "collapse/numerics/lapack.hpp"
#include "support/random_matrix.hpp"

using namespace collapse;
using numerics::Index;
using numerics::Matrix;

// The central promise: a larger grid changes no old number. Every operation on several columns must give a column the same bits
// whichever and however many columns stand beside it.

namespace {

/// Some columns of `matrix` in any order, with strangers among them.
struct Selection {
    Matrix matrix;
    std::vector<Index> origin;  ///< column of the original matrix, or -1

    Selection(std::mt19937_64& generator, const Matrix& original)
    {
        origin.resize(static_cast<std::size_t>(std::uniform_int_distribution<Index>(1, 50)(generator)));
        for (Index& column : origin) column = std::uniform_int_distribution<Index>(-1, original.cols() - 1)(generator);
        matrix = test::random_matrix(generator, original.rows(), static_cast<Index>(origin.size()));
        for (std::size_t i = 0; i < origin.size(); ++i)
            if (origin[i] >= 0) matrix.col(static_cast<Index>(i)) = original.col(origin[i]);
    }
};

/// The number of columns whose result under `operation` changes with their company.
template <class Operation>
int changed_columns(std::mt19937_64& generator, const Matrix& columns, Operation&& operation)
{
    const Matrix expected = operation(columns);
    int changed = 0;
    for (int trial = 0; trial < 3; ++trial) {
        const Selection selection(generator, columns);
        const Matrix result = operation(selection.matrix);
        for (std::size_t i = 0; i < selection.origin.size(); ++i)
            if (selection.origin[i] >= 0 && result.col(static_cast<Index>(i)) != expected.col(selection.origin[i])) ++changed;
    }
    return changed;
}

void check_shape(std::mt19937_64& generator, Index d, Index m, Index c)
{
    INFO("d = " << d << ", m = " << m << ", columns = " << c);
    const Matrix a = test::random_matrix(generator, d, m);
    const Matrix left = test::random_matrix(generator, d, c), right = test::random_matrix(generator, m, c);
    CHECK(changed_columns(generator, right, [&](const Matrix& b) { return numerics::multiply(a, b); }) == 0);
    CHECK(changed_columns(generator, left, [&](const Matrix& b) { return numerics::multiply_transposed(a, b); }) == 0);

    Matrix factor = test::random_positive(generator, m);
    const numerics::Tridiagonalisation tridiagonal(factor);
    const numerics::BandReduction band(factor);
    numerics::cholesky(factor);
    CHECK(changed_columns(generator, right, [&](Matrix b) { return numerics::cholesky_solve(factor, b), b; }) == 0);
    CHECK(changed_columns(generator, right, [&](Matrix b) { return tridiagonal.solve(0.1, b), b; }) == 0);
    CHECK(changed_columns(generator, right, [&](Matrix b) { return band.into(b), b; }) == 0);
    CHECK(changed_columns(generator, right, [&](Matrix b) { return band.out_of(b), b; }) == 0);
    CHECK(changed_columns(generator, right, [&](Matrix b) { return band.solve(0.1, b), b; }) == 0);
}

}  // namespace

TEST_CASE("the bits of a column do not depend on the columns beside it, for many shapes", "[numerics]")
{
    std::mt19937_64 generator(21);
    const auto between = [&](Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(generator); };
    for (const auto& [d, m] : test::shapes) check_shape(generator, d, m, between(1, 40));
    for (int trial = 0; trial < 150; ++trial) check_shape(generator, between(1, 40), between(1, 40), between(1, 40));
    for (int trial = 0; trial < 6; ++trial) check_shape(generator, between(100, 400), between(100, 300), between(1, 40));
}

TEST_CASE("the bits of a column do not depend on the columns beside it, for a single label", "[numerics]")
{
    std::mt19937_64 generator(22);
    for (const Index d : {1, 2, 15, 16, 17, 200}) check_shape(generator, d, 1, 20);
}

TEST_CASE("NaN and infinity in one column leave the others alone", "[numerics]")
{
    std::mt19937_64 generator(23);
    const Matrix a = test::random_matrix(generator, 30, 20), b = test::random_matrix(generator, 20, 20);
    Matrix spoilt = b, factor = test::random_positive(generator, 20);
    spoilt.col(3).setConstant(std::nan(""));
    spoilt.col(7).setConstant(INFINITY);
    numerics::cholesky(factor);
    Matrix solved = b, solved_spoilt = spoilt;
    numerics::cholesky_solve(factor, solved);
    numerics::cholesky_solve(factor, solved_spoilt);
    const Matrix product = numerics::multiply(a, b), product_spoilt = numerics::multiply(a, spoilt);
    for (Index column = 0; column < 20; ++column) {
        if (column == 3 || column == 7) continue;
        CHECK(product_spoilt.col(column) == product.col(column));
        CHECK(solved_spoilt.col(column) == solved.col(column));
    }
}

TEST_CASE("an entry of a product is the plain sum in ascending order, bit for bit, whatever the shape", "[numerics]")
{
    std::mt19937_64 generator(24);
    const auto between = [&](Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(generator); };
    for (int trial = 0; trial < 40; ++trial) {
        const Index rows = between(1, 60), inner = trial % 8 == 0 ? between(250, 600) : between(1, 60), columns = between(1, 40);
        const Matrix a = test::random_matrix(generator, rows, inner), b = test::random_matrix(generator, inner, columns);
        const Matrix product = numerics::multiply(a, b), transposed = numerics::multiply_transposed(Matrix(a.transpose()), b);
        CHECK(product == transposed);
        Matrix fused = Matrix::Zero(rows, columns), rounded = fused;  // a compiler that does not optimise leaves a product alone
        for (Index i = 0; i < rows; ++i)
            for (Index j = 0; j < columns; ++j)
                for (Index k = 0; k < inner; ++k) {
                    fused(i, j) = std::fma(a(i, k), b(k, j), fused(i, j));
                    const volatile double term = a(i, k) * b(k, j);
                    rounded(i, j) += term;
                }
        CHECK((product == fused || product == rounded));
    }
}
