#include <catch2/catch.hpp>

#include <random>

#include "collapse/estimator/covariates.hpp"
#include "collapse/estimator/ridge.hpp"
#include "support/brute_force.hpp"
#include "support/random_matrix.hpp"

using namespace collapse;
using estimator::Design;
using estimator::RidgeFit;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;
using test::near;

namespace estimator_ridge_test {

namespace {

/// An uncompressed design of T rows X, one row a column of B = X' / sqrt(T).
struct Drawn {
    Matrix X;
    Design design;

    Drawn(std::mt19937_64& generator, Index T, Index d)
        : X(test::random_matrix(generator, T, d)),
          design{X.transpose() / std::sqrt(static_cast<double>(T)), static_cast<double>(T), false}
    {
    }
};

constexpr std::pair<Index, Index> row_counts[] = {{1, 1}, {1, 8}, {5, 9}, {20, 33}, {60, 61}};  // T <= d: B' B is regular

}  // namespace

TEST_CASE("a ridge fit solves the normal equations", "[estimator]")
{
    std::mt19937_64 generator(41);
    for (const auto& [T, d] : row_counts)
        for (const double lambda : {1e-3, 0.5, 100.0}) {
            INFO("T = " << T << ", d = " << d << ", lambda = " << lambda);
            const Drawn drawn(generator, T, d);
            const Matrix y = test::random_matrix(generator, T, 3);
            const Matrix expected = test::brute_force::fit(drawn.X, y, lambda);
            support::Meter meter;
            const RidgeFit fit(drawn.design, RidgeFit::Ridges::one, meter);
            CHECK(near(fit.fit(lambda, y * fit.noise_scale()), expected));

            // The others take labels in coordinates of their own: those of weights, which all know.
            const Matrix weights = test::random_matrix(generator, d, 3);
            const estimator::RidgePath path(drawn.design, meter);
            const estimator::RidgeBand band(drawn.design, meter);
            CHECK(near(path.fit(lambda, path.labels(weights)), test::brute_force::fit(drawn.X, drawn.X * weights, lambda)));
            CHECK(near(band.fit(lambda, band.labels(weights)), test::brute_force::fit(drawn.X, drawn.X * weights, lambda)));
            CHECK(near(band.fit(lambda, band.relabelled(lambda, band.labels(weights))),
                       path.fit(lambda, path.relabelled(lambda, path.labels(weights)))));
            CHECK(near(fit.fit(lambda, fit.labels(weights)), test::brute_force::fit(drawn.X, drawn.X * weights, lambda)));

            for (const auto ridges : {RidgeFit::Ridges::each_once, RidgeFit::Ridges::again}) {
                const RidgeFit fits(drawn.design, ridges, meter);
                for (const double ridge : {lambda, 2 * lambda, lambda}) {
                    CHECK(near(fits.fit(ridge, y * fits.noise_scale()), test::brute_force::fit(drawn.X, y, ridge)));
                    CHECK(near(fits.fit(ridge, fits.relabelled(ridge, fits.labels(weights))),
                               path.fit(ridge, path.relabelled(ridge, path.labels(weights)))));
                }
            }
        }
}

TEST_CASE("without ridge and with at most d rows the fit is the minimum-norm interpolation", "[estimator]")
{
    std::mt19937_64 generator(42);
    for (const auto& [T, d] : {std::pair<Index, Index>{1, 8}, {5, 9}, {20, 33}}) {
        const Drawn drawn(generator, T, d);
        const Matrix y = test::random_matrix(generator, T, 2);
        support::Meter meter;
        const RidgeFit fit(drawn.design, RidgeFit::Ridges::one, meter);
        CHECK(near(fit.fit(0, y * fit.noise_scale()), test::brute_force::fit(drawn.X, y, 0)));
    }
}

TEST_CASE("a compressed design gives the fits of any rows with the same X' X", "[estimator]")
{
    for (const Index T : {1, 6, 12, 30}) {
        INFO("T = " << T);
        const Index d = 12;
        const Vector eigenvalues = test::brute_force::eigenvalues({.beta = 0.8, .d = 12});
        rng::Engine engine = rng::Draws(rng::Key(4), 0).stream(rng::Purpose::design);
        const Design design = estimator::covariates_called("gaussian").design(engine, eigenvalues, T, {});
        REQUIRE(design.rows.rows() == d);
        REQUIRE(design.rows.cols() == std::min(T, d));
        // Rows sqrt(T) B', filled up with zero rows to T.
        Matrix X = Matrix::Zero(T, d);
        X.topRows(design.rows.cols()) = std::sqrt(static_cast<double>(T)) * design.rows.transpose();
        const Vector weights = test::brute_force::teacher({.alpha = 1, .beta = 0.8, .d = 12});
        for (const double lambda : {0.01, 3.0}) {
            support::Meter meter;
            const estimator::RidgePath path(design, meter);
            const RidgeFit fit(design, RidgeFit::Ridges::one, meter);
            CHECK(near(path.fit(lambda, path.labels(weights)), test::brute_force::fit(X, X * weights, lambda)));
            CHECK(near(fit.fit(lambda, fit.labels(weights)), test::brute_force::fit(X, X * weights, lambda)));
        }
    }
}

TEST_CASE("a singular fit without ridge gives NaN and throws nothing", "[estimator]")
{
    support::Meter meter;
    Matrix rows = Matrix::Ones(4, 2);  // the same row twice
    const RidgeFit fit({rows, 2, false}, RidgeFit::Ridges::one, meter);
    CHECK(fit.fit(0, Matrix::Ones(2, 3)).array().isNaN().all());
}

}  // namespace estimator_ridge_test
