#include <catch2/catch.hpp>

#include <cmath>

#include "collapse/problem/directions.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using problem::ModelSettings;

TEST_CASE("power-law eigenvalues are j^-beta", "[problem]")
{
    const problem::Nodes nodes = problem::nodes_of({}, {.alpha = 1, .beta = 1.5, .d = 40});
    REQUIRE(nodes.eigenvalue.size() == 40);
    CHECK(nodes.dimension() == 40);
    for (numerics::Index j = 0; j < 40; ++j) {
        CHECK(nodes.index[j] == static_cast<double>(j + 1));
        CHECK(nodes.eigenvalue[j] == Approx(std::pow(static_cast<double>(j + 1), -1.5)).epsilon(test::rounding));
    }
}

TEST_CASE("a capacity exponent of zero is exactly isotropic", "[problem]")
{
    CHECK((problem::nodes_of({}, {.alpha = 0.3, .beta = 0, .d = 1000}).eigenvalue == 1).all());
}

TEST_CASE("squared teacher coefficients fall like j^-alpha and have the signal power asked for", "[problem]")
{
    for (const char* teacher : {"power_law", "random"})
        for (const double signal : {1.0, 2.5}) {
            ModelSettings settings;
            settings.teacher = teacher;
            settings.signal = signal;
            const problem::Nodes nodes = problem::nodes_of(settings, {.alpha = 1.2, .beta = 0.7, .d = 100});
            double power = 0;
            for (numerics::Index j = 0; j < 100; ++j) power += nodes.eigenvalue[j] * nodes.coefficient2[j];
            CHECK(power == Approx(signal).epsilon(test::rounding));
            const double exponent = settings.teacher == "random" ? 0 : 1.2;
            CHECK(nodes.coefficient2[9] / nodes.coefficient2[0] == Approx(std::pow(10, -exponent)).epsilon(test::rounding));
        }
}

TEST_CASE("raw coefficients are not scaled", "[problem]")
{
    ModelSettings settings;
    settings.signal = ModelSettings::raw;
    const problem::Nodes nodes = problem::nodes_of(settings, {.alpha = 2, .beta = 1, .d = 10});
    CHECK(nodes.coefficient2[0] == 1);
    CHECK(nodes.coefficient2[3] == Approx(1.0 / 16).epsilon(test::rounding));
}

TEST_CASE("a spectrum whose endless sum diverges is refused with a sentence", "[problem]")
{
    CHECK_THROWS_WITH(problem::nodes_of({}, {.alpha = 1, .beta = 0.9, .d = INFINITY}), Catch::Contains("grid.d = inf"));
}

TEST_CASE("directions of eigenvalue zero count nowhere", "[problem]")
{
    problem::ModelSettings settings;
    settings.spectrum = "file";
    settings.choices = {{"eigenvalues", "1, 0.5, 0"}, {"squared_coefficients", "1, 1, 1"}};
    const problem::Cell cell{.d = 3};
    const problem::Nodes nodes = problem::nodes_of(settings, cell);
    CHECK(nodes.dimension() == 2);
    CHECK(nodes.sum(nodes.eigenvalue * nodes.coefficient2) == Approx(1));
    CHECK(problem::instance_of(settings, cell, rng::Draws(rng::Key(1), 0)).eigenvalues.size() == 2);
    CHECK(problem::directions_of(settings, cell) == 2);
    CHECK(problem::directions_of({}, {.d = 1e9}) == 1e9);
}
