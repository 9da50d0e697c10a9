#include <catch2/catch.hpp>

#include <random>

#include "collapse/numerics/lapack.hpp"
#include "support/random_matrix.hpp"

using namespace collapse;
using numerics::Index;
using numerics::Matrix;
using numerics::Tridiagonalisation;
using test::near;

namespace {

Matrix dense(const Tridiagonalisation& tridiagonal)
{
    const Index m = tridiagonal.diagonal().size();
    Matrix h = tridiagonal.diagonal().asDiagonal();
    for (Index i = 0; i + 1 < m; ++i) h(i, i + 1) = h(i + 1, i) = tridiagonal.off_diagonal()[i];
    return h;
}

}  // namespace

TEST_CASE("K = Q H Q' with orthogonal Q, for sizes from 1", "[numerics]")
{
    std::mt19937_64 generator(11);
    for (const Index m : {1, 2, 3, 10, 33, 64, 131}) {
        INFO("m = " << m);
        const Matrix k = test::random_positive(generator, m);
        const Tridiagonalisation tridiagonal(k);
        Matrix q = Matrix::Identity(m, m);
        tridiagonal.apply_from_right(q);
        CHECK(near(q * q.transpose(), Matrix::Identity(m, m)));
        CHECK(near(q * dense(tridiagonal) * q.transpose(), k));
    }
}

TEST_CASE("Q is applied to rectangular matrices from the right", "[numerics]")
{
    std::mt19937_64 generator(12);
    for (const auto& [d, m] : test::shapes) {
        const Tridiagonalisation tridiagonal(test::random_positive(generator, m));
        Matrix q = Matrix::Identity(m, m);
        tridiagonal.apply_from_right(q);
        const Matrix b = test::random_matrix(generator, d, m);
        Matrix product = b;
        tridiagonal.apply_from_right(product);
        CHECK(near(product, b * q));
    }
}

TEST_CASE("shifted solves agree with Eigen's, for shifts over many orders of magnitude", "[numerics]")
{
    std::mt19937_64 generator(13);
    for (const Index m : {1, 2, 17, 80})
        for (const double shift : {0.0, 1e-12, 1e-3, 1.0, 1e6}) {
            INFO("m = " << m << ", shift = " << shift);
            const Tridiagonalisation tridiagonal(test::random_positive(generator, m));
            const Matrix b = test::random_matrix(generator, m, 5);
            Matrix x = b;
            tridiagonal.solve(shift, x);
            const Matrix shifted = dense(tridiagonal) + shift * Matrix::Identity(m, m);
            CHECK(near(x, shifted.llt().solve(b)));
        }
}

TEST_CASE("a shifted matrix that is not positive definite gives NaN", "[numerics]")
{
    const Tridiagonalisation tridiagonal(Matrix::Identity(4, 4));
    for (const double shift : {-1.0, -2.0, std::nan("")}) {
        Matrix x = Matrix::Ones(4, 2);
        tridiagonal.solve(shift, x);
        CHECK(x.array().isNaN().all());
    }
}
