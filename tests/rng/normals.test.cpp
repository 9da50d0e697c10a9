#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <boost/math/distributions/normal.hpp>

#include "collapse/rng/draws.hpp"
#include "support/statistics.hpp"

using namespace collapse;

namespace {

std::vector<double> normals(std::size_t count)
{
    std::vector<double> values(count);
    rng::Engine engine = rng::Draws(rng::Key(2024), 0).stream(rng::Purpose::design);
    rng::fill_normal(engine, values);
    return values;
}

/// Mean, variance and fourth moment of a sample against N(0, 1): variances of x, x^2, x^4 are 1, 2, 96.
test::Scores moments_against_standard_normal(const std::vector<double>& values)
{
    const auto count = static_cast<double>(values.size());
    double first = 0, second = 0, fourth = 0;
    for (const double x : values) {
        first += x / count;
        second += x * x / count;
        fourth += x * x * x * x / count;
    }
    test::Scores scores;
    scores.add(first / std::sqrt(1 / count), "mean");
    scores.add((second - 1) / std::sqrt(2 / count), "variance");
    scores.add((fourth - 3) / std::sqrt(96 / count), "fourth moment");
    return scores;
}

double p_of_standard_normal(const std::vector<double>& values)
{
    return test::kolmogorov_p(values, [](double x) { return cdf(boost::math::normal{}, x); });
}

std::vector<double> scaled(std::vector<double> values, double factor)
{
    for (double& value : values) value *= factor;
    return values;
}

}  // namespace

TEST_CASE("normal numbers have the moments of N(0, 1)", "[rng]")
{
    const auto scores = moments_against_standard_normal(normals(400'000));
    INFO(scores.report());
    CHECK_FALSE(scores.any_beyond(test::false_alarm));
}

TEST_CASE("the test of moments rejects normal numbers that are 3 % too large", "[rng]")
{
    CHECK(moments_against_standard_normal(scaled(normals(400'000), 1.03)).any_beyond(test::false_alarm));
}

TEST_CASE("normal numbers have the distribution N(0, 1)", "[rng]")
{
    CHECK(p_of_standard_normal(normals(200'000)) > test::false_alarm);
}

TEST_CASE("the test of the distribution rejects normal numbers that are 3 % too large", "[rng]")
{
    CHECK(p_of_standard_normal(scaled(normals(200'000), 1.03)) < test::false_alarm);
}

TEST_CASE("successive normal numbers are uncorrelated, within a stream and between streams", "[rng]")
{
    constexpr std::size_t count = 100'000;
    const rng::Draws draws(rng::Key(9), 0);
    const auto drawn = [&](rng::Purpose purpose, std::uint64_t generation) {
        std::vector<double> values(count);
        rng::Engine engine = draws.stream(purpose, {.generation = generation});
        rng::fill_normal(engine, values);
        return values;
    };
    const auto correlation_z = [](const std::vector<double>& a, const std::vector<double>& b, std::size_t lag) {
        double sum = 0;
        for (std::size_t i = lag; i < count; ++i) sum += a[i] * b[i - lag];
        return sum / std::sqrt(static_cast<double>(count - lag));
    };
    const auto design = drawn(rng::Purpose::design, 0), noise = drawn(rng::Purpose::noise, 0),
               later = drawn(rng::Purpose::design, 1);
    test::Scores scores;
    for (const std::size_t lag : {1u, 2u, 3u, 4u}) scores.add(correlation_z(design, design, lag), "lag " + std::to_string(lag));
    scores.add(correlation_z(design, noise, 0), "purposes");
    scores.add(correlation_z(design, later, 0), "generations");
    INFO(scores.report());
    CHECK_FALSE(scores.any_beyond(test::false_alarm));
}
