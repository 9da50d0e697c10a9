#include <catch2/catch.hpp>

#include <random>

#include <Eigen/Eigenvalues>

#include "collapse/numerics/band.hpp"
#include "collapse/support/failure.hpp"
#include "support/random_matrix.hpp"

using namespace collapse;
using numerics::BandReduction;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;
using test::near;

namespace {

constexpr Index width = BandReduction::width;

/// Below, at and beyond one and several panels.
constexpr Index sizes[] = {1, 2, 3, width - 1, width, width + 1, width + 2, 2 * width, 2 * width + 1, 131, 200};

Matrix dense(const BandReduction& reduction)
{
    const Matrix& band = reduction.band();
    const Index m = band.cols();
    Matrix result = Matrix::Zero(m, m);
    for (Index j = 0; j < m; ++j)
        for (Index i = j; i <= std::min(j + width, m - 1); ++i) result(i, j) = result(j, i) = band(i - j, j);
    return result;
}

}  // namespace

TEST_CASE("K = Q B Q' with a band and orthogonal Q, for sizes from 1", "[numerics]")
{
    std::mt19937_64 generator(41);
    for (const Index m : sizes) {
        INFO("m = " << m);
        const Matrix k = test::random_positive(generator, m);
        Matrix lower = k.triangularView<Eigen::Lower>();
        const BandReduction reduction(lower);
        Matrix q = Matrix::Identity(m, m), back = q;
        reduction.out_of(q);
        reduction.into(back);
        CHECK(near(q.transpose(), back));
        CHECK(near(q * q.transpose(), Matrix::Identity(m, m)));
        CHECK(near(q * dense(reduction) * q.transpose(), k));
    }
}

TEST_CASE("shifted solves with a band agree with Eigen's, for shifts over many orders of magnitude", "[numerics]")
{
    std::mt19937_64 generator(42);
    for (const Index m : sizes)
        for (const double shift : {0.0, 1e-3, 1e6}) {
            INFO("m = " << m << ", shift = " << shift);
            const BandReduction reduction(test::random_positive(generator, m));
            const Matrix b = test::random_matrix(generator, m, 5);
            Matrix x = b;
            reduction.solve(shift, x);
            const Matrix shifted = dense(reduction) + shift * Matrix::Identity(m, m);
            CHECK(near(x, shifted.llt().solve(b)));
        }
    Matrix x = Matrix::Ones(40, 2);
    BandReduction(Matrix::Identity(40, 40)).solve(-1, x);
    CHECK(x.array().isNaN().all());
}

TEST_CASE("a spectral measure has the eigenvalues and the projections of Eigen's decomposition", "[numerics]")
{
    std::mt19937_64 generator(43);
    for (const Index m : sizes) {
        INFO("m = " << m);
        const Matrix k = test::random_positive(generator, m), columns = test::random_matrix(generator, m, 3);
        const Eigen::SelfAdjointEigenSolver<Matrix> expected(k);
        const numerics::SpectralMeasure measure = numerics::spectral_measure(k.triangularView<Eigen::Lower>(), columns);
        CHECK(near(measure.values, expected.eigenvalues()));
        CHECK(near(measure.along.cwiseAbs(), (expected.eigenvectors().transpose() * columns).cwiseAbs()));
    }
}

TEST_CASE(
    "a spectral measure of eigenvalues that are alike, zero, or over sixteen orders of magnitude has the resolvents of its matrix",
    "[numerics]")
{
    std::mt19937_64 generator(44);
    const Index m = 150;
    Vector values(m);
    for (Index j = 0; j < m; ++j) values[j] = j < 40 ? 1 : j < 60 ? 0 : std::pow(10, -16.0 * static_cast<double>(j) / m);
    const Matrix q = test::random_matrix(generator, m, m).householderQr().householderQ();
    const Matrix k = q * values.asDiagonal() * q.transpose(), columns = test::random_matrix(generator, m, 2);
    const numerics::SpectralMeasure measure = numerics::spectral_measure(k, columns);
    for (const double ridge : {1e-6, 1e-3, 1.0}) {  // a rounding error is one of the matrix, so it grows like its condition
        INFO("ridge = " << ridge);
        const Vector resolvent = (measure.values.array() + ridge).inverse();
        const Matrix exact = (k + ridge * Matrix::Identity(m, m)).llt().solve(columns);
        const Matrix expected = columns.transpose() * exact;
        CHECK((measure.along.transpose() * resolvent.asDiagonal() * measure.along - expected).norm() <
              1e-13 / ridge * expected.norm());
    }
}

TEST_CASE("a spectral measure of what is no number ends", "[numerics]")
{
    Matrix k = Matrix::Identity(70, 70);
    k(50, 20) = std::nan("");
    CHECK_THROWS_AS(numerics::spectral_measure(k, Matrix::Ones(70, 1)), support::SystemFailure);
}
