#include <catch2/catch.hpp>

#include <cmath>

#include "support/cases.hpp"
#include "support/tolerance.hpp"

using namespace collapse;

TEST_CASE("every case of the independent reference is predicted to 1e-9", "[theory]")
{
    int compared = 0;
    for (const test::Case& expected : test::theory_cases()) {
        INFO(expected.text);
        const auto predicted =
            test::predict(protocol::protocol_called(expected.protocol), expected.cell, expected.choices).asymptotic;
        CHECK(predicted.bias == Approx(expected.bias).epsilon(test::theory).margin(test::theory_floor));
        CHECK(predicted.variance == Approx(expected.variance).epsilon(test::theory).margin(test::theory_floor));
        CHECK(predicted.test_error == Approx(expected.test_error).epsilon(test::theory).margin(test::theory_floor));
        ++compared;
    }
    CHECK(compared > 50);
}
