#include <catch2/catch.hpp>

#include <cmath>

#include "collapse/problem/model.hpp"
#include "support/tolerance.hpp"

using namespace collapse::problem;

TEST_CASE("alpha and r are each other's inverse", "[problem]")
{
    for (const double beta : {0.1, 1.0, 1.5, 3.0})
        for (const double r : {-0.5, 0.0, 0.25, 0.5, 1.0, 2.0})
            CHECK(r_from_alpha(alpha_from_r(r, beta), beta) == Approx(r).margin(collapse::test::rounding));
}

TEST_CASE("r = 1/2 is alpha = 1 for every capacity, and 2 beta r = alpha - 1 + beta", "[problem]")
{
    CHECK(alpha_from_r(0.5, 1.7) == 1);
    CHECK(2 * 1.7 * 0.8 == Approx(alpha_from_r(0.8, 1.7) - 1 + 1.7));
}

TEST_CASE("isotropic covariates have no source exponent r", "[problem]")
{
    CHECK(std::isnan(r_from_alpha(1, 0)));
    CHECK(alpha_from_r(3, 0) == 1);
}
