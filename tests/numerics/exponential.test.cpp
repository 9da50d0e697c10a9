#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <random>

#include "../../src/numerics/exponential_lanes.hpp"
#include "collapse/numerics/exponential.hpp"

using namespace collapse;
using numerics::Vector;

namespace {

/// Numbers of all sizes for which the exponential is a normal number, and its ends.
Vector arguments(Eigen::Index count)
{
    std::mt19937_64 generator(41);
    std::uniform_real_distribution<double> exponent(-20, 2.84), sign(-1, 0.2);
    Vector x(count);
    for (double& one : x) one = std::copysign(std::pow(10, exponent(generator)), sign(generator));
    x.head(4) << 0, -708, 700, -0.5 * std::log(2.0);
    return x;
}

}  // namespace

TEST_CASE("exponentials are those of the standard library within two units in the last place", "[numerics]")
{
    const Vector x = arguments(100000);
    for (const double factor : {1.0, 0.3}) {
        Vector found = x;
        numerics::exponentiate(found, factor);
        double worst = 0;
        for (Eigen::Index i = 0; i < x.size(); ++i) {
            const double expected = std::exp(factor * x[i]);
            worst = std::max(worst, std::abs(found[i] - expected) / expected);
        }
        CHECK(worst < 2 * std::numeric_limits<double>::epsilon());
    }
    Vector ends{{0, -1, -700, -708.5, -1e300, -INFINITY}};
    numerics::exponentiate(ends, 1);
    CHECK(ends[0] == 1);
    CHECK(ends.tail(3) == Vector::Zero(3));
}

TEST_CASE("the bits of an exponential depend neither on its neighbours nor on the width of a register", "[numerics]")
{
    const Vector x = arguments(1003);
    Vector all = x, narrow = x;
    numerics::exponentiate(all, -0.7);
    exponentiate_in_lanes<4>(narrow.size(), narrow.data(), -0.7);
    CHECK(all == narrow);
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        Vector alone = x.segment(i, 1);
        numerics::exponentiate(alone, -0.7);
        CHECK(alone[0] == all[i]);
    }
}
