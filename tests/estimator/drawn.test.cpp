#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <vector>

#include <boost/math/distributions/students_t.hpp>

#include "collapse/estimator/covariates.hpp"
#include "collapse/estimator/drawn_rows.hpp"
#include "support/brute_force.hpp"
#include "support/statistics.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

namespace estimator_drawn_test {

namespace {

constexpr Index d = 5;
constexpr Index row_counts[] = {1, 4, 5, 6, 10, 13};

const Vector& eigenvalues()
{
    static const Vector s = test::brute_force::eigenvalues({.beta = 1, .d = d});
    return s;
}

rng::Engine engine(std::uint64_t replicate) { return rng::Draws(rng::Key(55), replicate).stream(rng::Purpose::design); }

/// A design of T rows of normal entries, and these rows as they were drawn.
struct Drawn {
    estimator::Design design;
    Matrix X;  // [T x d]
};

Drawn drawn(Index T)
{
    std::vector<double> entries;
    rng::Engine source = engine(0);
    estimator::Design design =
        estimator::drawn_design(source, eigenvalues(), T, [&](rng::Engine& stream, std::span<double> numbers) {
            rng::fill_normal(stream, numbers);
            entries.insert(entries.end(), numbers.begin(), numbers.end());
        });
    const Matrix X = Eigen::Map<const Matrix>(entries.data(), d, T).transpose() * eigenvalues().cwiseSqrt().asDiagonal();
    return {std::move(design), X};
}

/// One entry of a design of one row of dimension one, many times.
std::vector<double> entries_of(const std::string& covariates, const problem::Choices& choices)
{
    std::vector<double> values;
    for (std::uint64_t replicate = 0; replicate < 40'000; ++replicate) {
        rng::Engine source = engine(replicate);
        values.push_back(estimator::covariates_called(covariates).design(source, Vector::Ones(1), 1, choices).rows(0, 0));
    }
    return values;
}

double p_of_student(double degrees_of_freedom, double factor)
{
    const boost::math::students_t law(degrees_of_freedom);
    const double deviation = std::sqrt(degrees_of_freedom / (degrees_of_freedom - 2));
    return test::kolmogorov_p(entries_of("student", {{"degrees_of_freedom", "5"}}),
                              [&](double x) { return cdf(law, factor * x * deviation); });
}

}  // namespace

TEST_CASE("rows drawn one by one are compressed without loss", "[estimator]")
{
    for (const Index T : row_counts) {
        const Drawn rows = drawn(T);
        const Matrix expected = rows.X.transpose() * rows.X / static_cast<double>(T);
        CHECK((rows.design.rows * rows.design.rows.transpose() - expected).norm() <= test::rounding * expected.norm());
        CHECK(rows.design.rows.cols() <= d);
    }
}

TEST_CASE("the noise of least squares on drawn rows has the covariance of its design, from T = d on", "[estimator]")
{
    for (const Index T : row_counts) {
        if (T < d) continue;
        const Drawn rows = drawn(T);
        Matrix map(d, d);  // w = map z, so the covariance of w is map map'
        for (Index j = 0; j < d; ++j) map.col(j) = estimator::least_squares_noise(rows.design, Vector::Unit(d, j));
        const Matrix gram = rows.X.transpose() * rows.X;
        CHECK((map * map.transpose() * gram - Matrix::Identity(d, d)).norm() < 1e-9);  // T = d is badly conditioned
    }
}

TEST_CASE("Rademacher entries are signs, as many of one as of the other", "[estimator]")
{
    const std::vector<double> values = entries_of("rademacher", {});
    double sum = 0;
    for (const double value : values) {
        REQUIRE(std::abs(value) == 1);
        sum += value;
    }
    CHECK(std::abs(sum) < 5 * std::sqrt(static_cast<double>(values.size())));  // false-alarm rate 6e-7
}

TEST_CASE("Student entries have Student's distribution, scaled to unit variance", "[estimator]")
{
    CHECK(p_of_student(5, 1) > test::false_alarm);
}

TEST_CASE("the test of Student entries rejects a scale that is 10 % too large and two degrees of freedom more", "[estimator]")
{
    CHECK(p_of_student(5, 1 / 1.1) < test::false_alarm);
    CHECK(p_of_student(7, 1) < test::false_alarm);
}

}  // namespace estimator_drawn_test
