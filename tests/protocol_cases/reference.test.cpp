#include <catch2/catch.hpp>

#include <cmath>
#include <map>

#include "support/cases.hpp"
#include "support/replicates.hpp"
#include "support/tolerance.hpp"

using namespace collapse;

TEST_CASE("every case of the independent reference is predicted to 1e-9, whatever its protocol", "[protocol]")
{
    std::map<std::string, int> compared;
    double worst = 0;
    for (const test::Case& expected : test::theory_cases()) {
        INFO(expected.text);
        const protocol::Protocol& protocol = protocol::protocol_called(expected.protocol);
        const auto predicted = test::predict(protocol, expected.cell, test::with_defaults(protocol, expected.choices)).asymptotic;
        CHECK(predicted.bias == Approx(expected.bias).epsilon(test::theory).margin(test::theory_floor));
        CHECK(predicted.variance == Approx(expected.variance).epsilon(test::theory).margin(test::theory_floor));
        CHECK(predicted.test_error == Approx(expected.test_error).epsilon(test::theory).margin(test::theory_floor));
        if (expected.test_error > test::theory_floor)
            worst = std::max(worst, std::abs(predicted.test_error / expected.test_error - 1));
        ++compared[expected.protocol];
    }
    INFO("largest relative deviation " << worst);
    CHECK(worst < test::theory);
    CHECK(compared["replace"] > 50);
    CHECK(compared["mix"] > 60);
    CHECK(compared["partial"] > 15);
}
