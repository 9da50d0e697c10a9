#include <catch2/catch.hpp>

#include <cmath>

#include "support/cases.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using problem::Cell;

namespace {

/// Finite-size formula over asymptotic one, minus 1, for a cell whose sizes are multiplied by `size`.
double deviation(Cell cell, double size)
{
    cell.d *= size;
    cell.T *= size;
    cell.T0 *= size;
    const protocol::Prediction prediction = test::predict(protocol::protocol_called("replace"), cell, {});
    return prediction.exact / prediction.asymptotic.test_error - 1;
}

const Cell least_squares{
    .alpha = 1, .beta = 0.8, .T = 30, .lambda = 0, .n = 4, .d = 10, .T0 = 20, .lambda0 = 0, .sigma = 0.5, .sigma0 = 0.7};
const Cell minimum_norm{
    .alpha = 0, .beta = 0, .T = 6, .lambda = 0, .n = 4, .d = 10, .T0 = 5, .lambda0 = 0, .sigma = 0.5, .sigma0 = 0.7};

}  // namespace

TEST_CASE("the exact formulae approach the asymptotic ones like 1/d", "[theory]")
{
    for (const Cell& cell : {least_squares, minimum_norm}) {
        const double at_100 = 100 * deviation(cell, 10), at_1000 = 1000 * deviation(cell, 100),
                     at_4000 = 4000 * deviation(cell, 400);
        CHECK(at_100 > 0);
        CHECK(at_1000 == Approx(at_4000).epsilon(0.01));  // d times the deviation has a limit
        CHECK(at_100 == Approx(at_4000).epsilon(0.1));
    }
}

// [DFK]: sigma^2 d/(T-d-1) + n sigma0^2 d/(T0-d-1).
TEST_CASE("least squares throughout costs what the paper says, for any spectrum", "[theory]")
{
    const double expected = 0.25 * 10 / (30 - 10 - 1) + 4 * 0.49 * 10 / (20 - 10 - 1);
    CHECK(test::predict(protocol::protocol_called("replace"), least_squares, {}).exact == Approx(expected).epsilon(test::rounding));
}

// THEORY section 4.1: noise-free and T0 < d, isotropic: what is left of the signal after n projections is (T0/d)^n.
TEST_CASE("without noise minimum-norm generators forget the signal exponentially fast", "[theory]")
{
    Cell cell = minimum_norm;
    cell.sigma = cell.sigma0 = 0;
    for (const double n : {0.0, 1.0, 5.0, 20.0}) {
        cell.n = n;
        const auto prediction = test::predict(protocol::protocol_called("replace"), cell, {});
        const double expected = 1 - std::pow(0.5, n) * 0.6;
        CHECK(prediction.exact == Approx(expected).epsilon(test::rounding));
        CHECK(prediction.asymptotic.test_error == Approx(expected).epsilon(test::rounding));
    }
}

TEST_CASE("no exact formula is claimed where none is known", "[theory]")
{
    const auto exact = [](Cell cell) { return test::predict(protocol::protocol_called("replace"), cell, {}).exact; };
    Cell ridge = least_squares, ridge_generator = least_squares, power_law_minimum_norm = minimum_norm;
    ridge.lambda = 0.1;
    ridge_generator.lambda0 = 0.1;
    power_law_minimum_norm.beta = 1;
    for (const Cell& cell : {ridge, ridge_generator, power_law_minimum_norm}) CHECK(std::isnan(exact(cell)));
}

TEST_CASE("noise on d - 1 to d + 1 rows of least squares has no mean: E 1/chi^2 of one or two degrees is infinite", "[theory]")
{
    const auto exact = [](Cell cell) { return test::predict(protocol::protocol_called("replace"), cell, {}).exact; };
    for (const double distance : {-1., 0., 1.}) {
        Cell evaluated = least_squares, generator = least_squares;
        evaluated.T = evaluated.d + distance;
        generator.T0 = generator.d + distance;
        CHECK(exact(evaluated) == INFINITY);
        CHECK(exact(generator) == INFINITY);
        generator.n = 0;
        CHECK(std::isfinite(exact(generator)));
    }
    Cell near = least_squares;
    near.T = near.d + 2;
    CHECK(std::isfinite(exact(near)));
}

TEST_CASE("bias and variance add up to the test error", "[theory]")
{
    for (const test::Case& entry : test::theory_cases()) {
        const auto predicted = test::predict(protocol::protocol_called(entry.protocol), entry.cell, entry.choices).asymptotic;
        CHECK(predicted.bias + predicted.variance == Approx(predicted.test_error).epsilon(test::rounding));
    }
}
