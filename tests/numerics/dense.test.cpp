#include <catch2/catch.hpp>

#include <random>

#include <Eigen/Dense>

#include "collapse/numerics/lapack.hpp"
#include "support/random_matrix.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using numerics::Index;
using numerics::Matrix;
using test::near;

namespace {

Matrix lower_trapezoidal(std::mt19937_64& generator, Index d, Index m)
{
    Matrix b = test::random_matrix(generator, d, m);
    for (Index j = 0; j < m; ++j) b.col(j).head(j).setZero();
    return b;
}

}  // namespace

TEST_CASE("the Gram matrix of any matrix is its transpose times itself", "[numerics]")
{
    std::mt19937_64 generator(1);
    for (const auto& [d, m] : test::shapes) {
        INFO("d = " << d << ", m = " << m);
        const Matrix b = test::random_matrix(generator, d, m);
        CHECK(near(numerics::gram(b).triangularView<Eigen::Lower>().toDenseMatrix(),
                   (b.transpose() * b).triangularView<Eigen::Lower>().toDenseMatrix()));
    }
}

TEST_CASE("products of a matrix with its transpose are added to a lower triangle", "[numerics]")
{
    std::mt19937_64 generator(9);
    for (const auto& [d, m] : test::shapes) {
        const Matrix b = test::random_matrix(generator, d, m), start = test::random_matrix(generator, d, d);
        Matrix sum = start;
        numerics::add_outer_gram(sum, b);
        const Matrix expected = start + b * b.transpose();
        CHECK(near(Matrix(sum.triangularView<Eigen::Lower>()), Matrix(expected.triangularView<Eigen::Lower>())));
    }
}

TEST_CASE("the Gram matrix of a lower trapezoidal matrix is its transpose times itself", "[numerics]")
{
    std::mt19937_64 generator(2);
    for (const auto& [d, m] : test::shapes) {
        if (d < m) continue;
        INFO("d = " << d << ", m = " << m);
        const Matrix b = lower_trapezoidal(generator, d, m);
        CHECK(near(numerics::lower_gram(b).triangularView<Eigen::Lower>().toDenseMatrix(),
                   (b.transpose() * b).triangularView<Eigen::Lower>().toDenseMatrix()));
    }
}

TEST_CASE("products agree with Eigen's", "[numerics]")
{
    std::mt19937_64 generator(3);
    for (const auto& [d, m] : test::shapes)
        for (const Index columns : {0, 1, 2, 15, 16, 17, 40}) {
            INFO("d = " << d << ", m = " << m << ", columns = " << columns);
            const Matrix a = test::random_matrix(generator, d, m);
            const Matrix right = test::random_matrix(generator, m, columns), left = test::random_matrix(generator, d, columns);
            CHECK(near(numerics::multiply(a, right), a * right));
            CHECK(near(numerics::multiply_transposed(a, left), a.transpose() * left));
        }
}

TEST_CASE("a product over an empty dimension is zero", "[numerics]")
{
    CHECK(numerics::multiply(Matrix(3, 0), Matrix(0, 2)) == Matrix::Zero(3, 2));
    CHECK(numerics::multiply(Matrix(0, 3), Matrix::Ones(3, 2)).size() == 0);
}

TEST_CASE("the Cholesky factor and its solves agree with Eigen's", "[numerics]")
{
    std::mt19937_64 generator(4);
    for (const Index m : {1, 2, 5, 33, 64, 130})
        for (const Index columns : {1, 16, 19}) {
            INFO("m = " << m << ", columns = " << columns);
            const Matrix symmetric = test::random_positive(generator, m);
            Matrix factor = symmetric, x = test::random_matrix(generator, m, columns);
            const Matrix b = x;
            numerics::cholesky(factor);
            CHECK(near(factor.triangularView<Eigen::Lower>().toDenseMatrix(), symmetric.llt().matrixL().toDenseMatrix()));
            numerics::cholesky_solve(factor, x);
            CHECK(near(x, symmetric.llt().solve(b)));
        }
}

TEST_CASE("only the lower triangle of a symmetric matrix is read", "[numerics]")
{
    std::mt19937_64 generator(5);
    const Matrix symmetric = test::random_positive(generator, 20);
    Matrix spoilt = symmetric;
    spoilt.triangularView<Eigen::StrictlyUpper>().setConstant(std::nan(""));
    Matrix factor = spoilt, x = Matrix::Ones(20, 1);
    numerics::cholesky(factor);
    numerics::cholesky_solve(factor, x);
    CHECK(near(x, symmetric.llt().solve(Matrix::Ones(20, 1))));
    CHECK(near(numerics::Tridiagonalisation(spoilt).diagonal(), numerics::Tridiagonalisation(symmetric).diagonal()));
}

TEST_CASE("a matrix that is not positive definite has a factor of NaN, and everything solved with it is NaN", "[numerics]")
{
    Matrix indefinite = Matrix::Identity(5, 5), singular = Matrix::Zero(3, 3);
    indefinite(3, 3) = -1;
    for (Matrix* factor : {&indefinite, &singular}) {
        numerics::cholesky(*factor);
        Matrix x = Matrix::Ones(factor->rows(), 3);
        numerics::cholesky_solve(*factor, x);
        CHECK(x.array().isNaN().all());
    }
}
