#include <catch2/catch.hpp>

#include <cmath>

#include "collapse/theory/scaling_laws.hpp"

using namespace collapse;
using theory::asymptotic_rate;

TEST_CASE("the clean error decays fastest at the best ridge exponent", "[theory]")
{
    for (const double beta : {1.2, 1.5, 3.0})
        for (const double r : {0.2, 0.5, 1.0, 2.0}) {
            const double best = theory::best_ridge_exponent(beta, r), exponent = 2 * beta * std::min(r, 1.0);
            const auto rate = [&](double ell) { return asymptotic_rate({.beta = beta, .r = r, .ell = ell, .generations = false}); };
            CHECK(rate(best) == Approx(-exponent / (1 + exponent)));
            CHECK(rate(0.9 * best) > rate(best));
            CHECK(rate(1.1 * best) > rate(best));
        }
}

TEST_CASE("synthetic labels of T^b rows shift it by the factor b", "[theory]")
{
    for (const double b : {0.5, 0.8, 1.0}) {
        const double beta = 1.5, r = 0.6, best = b * theory::best_ridge_exponent(beta, r), exponent = 2 * beta * r;
        const auto rate = [&](double ell) {
            return asymptotic_rate({.beta = beta, .r = r, .ell = ell, .b = b, .least_squares = true});
        };
        CHECK(rate(best) == Approx(-b * exponent / (1 + exponent)));
        CHECK(rate(0.9 * best) > rate(best));
        CHECK(rate(1.1 * best) > rate(best));
    }
}

TEST_CASE("keeping the clean ridge is catastrophic for small b", "[theory]")
{
    const double beta = 1.5, r = 0.6, ell = theory::best_ridge_exponent(beta, r), threshold = 1 / (1 + 2 * beta * r);
    CHECK(asymptotic_rate({.beta = beta, .r = r, .ell = ell, .b = 0.9 * threshold, .least_squares = true}) > 0);
    CHECK(asymptotic_rate({.beta = beta, .r = r, .ell = ell, .b = 1.1 * threshold, .least_squares = true}) < 0);
}

TEST_CASE("growing numbers of generations add up their noise until they forget", "[theory]")
{
    const auto rate = [](double ell, double b, double a) {
        return asymptotic_rate({.beta = 1.5, .r = 0.6, .ell = ell, .b = b, .a = a});
    };
    CHECK(rate(1.2, 0.5, 0) == Approx(0).margin(1e-15));        // ell > b beta: the error stops falling
    CHECK(rate(0.3, 0.5, 0.4) == Approx(0.4 + 0.2 - 0.5));      // few generations: they add up
    CHECK(rate(1.2, 0.5, 0.3) == Approx(0.3 * (1 - 1 / 1.5)));  // many: the smallest directions are saturated
    CHECK(rate(1.2, 0.5, 9) == Approx(rate(1.2, 0.5, 0.75)));   // everything is forgotten
}

TEST_CASE("no law is invented", "[theory]")
{
    CHECK(std::isnan(asymptotic_rate({.beta = 1, .r = 0.5, .ell = 0.5})));
    CHECK(std::isnan(asymptotic_rate({.beta = 1.5, .r = 0, .ell = 0.5})));
    CHECK(std::isnan(asymptotic_rate({.beta = 1.5, .r = 0.5, .ell = -0.1})));
}
