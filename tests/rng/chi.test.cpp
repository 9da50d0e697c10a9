#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <boost/math/distributions/chi_squared.hpp>

#include "collapse/rng/draws.hpp"
#include "support/statistics.hpp"

using namespace collapse;

namespace {

constexpr double degrees[] = {1, 2, 2.5, 7, 30, 1000};

std::vector<double> chi_numbers(double k, std::size_t count)
{
    std::vector<double> values(count);
    rng::Engine engine = rng::Draws(rng::Key(77), 0).stream(rng::Purpose::design);
    for (double& value : values) value = rng::chi(engine, k);
    return values;
}

/// E chi = sqrt(2) Gamma((k + 1)/2) / Gamma(k/2) and E chi^2 = k, for every number of degrees; chi numbers scaled by `factor`.
test::Scores moments(double factor)
{
    test::Scores scores;
    for (const double k : degrees) {
        std::vector<double> values = chi_numbers(k, 50'000), squares;
        for (double& value : values) {
            value *= factor;
            squares.push_back(value * value);
        }
        const double mean = std::sqrt(2.0) * std::exp(std::lgamma((k + 1) / 2) - std::lgamma(k / 2));
        scores.add(test::z_against(test::summarise(values), mean), fmt::format("chi, {} degrees", k));
        scores.add(test::z_against(test::summarise(squares), k), fmt::format("chi^2, {} degrees", k));
    }
    return scores;
}

}  // namespace

TEST_CASE("chi numbers have the right moments", "[rng]")
{
    const auto scores = moments(1);
    INFO(scores.report());
    CHECK_FALSE(scores.any_beyond(test::false_alarm));
}

TEST_CASE("the test of chi moments rejects numbers that are 3 % too large", "[rng]")
{
    CHECK(moments(1.03).any_beyond(test::false_alarm));
}

TEST_CASE("squares of chi numbers have the chi-squared distribution", "[rng]")
{
    for (const double k : degrees) {
        INFO(k);
        const auto distribution = [&](double factor) {
            return test::kolmogorov_p(chi_numbers(k, 50'000),
                                      [&](double x) { return cdf(boost::math::chi_squared(k), factor * x * factor * x); });
        };
        CHECK(distribution(1) > test::false_alarm / std::size(degrees));
        if (k >= 2) CHECK(distribution(1.03) < test::false_alarm / std::size(degrees));  // wider at 1 degree: needs more numbers
    }
}

TEST_CASE("one degree of freedom gives half-normal numbers that are never negative", "[rng]")
{
    CHECK(std::ranges::all_of(chi_numbers(1, 1000), [](double value) { return value > 0; }));
}
