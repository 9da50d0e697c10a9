#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "collapse/protocol/protocol.hpp"
#include "collapse/protocol/simulation.hpp"
#include "support/cases.hpp"

using namespace collapse;
using Catch::Contains;
using problem::Cell;
using protocol::Row;
using support::Reason;

namespace simulate_contract_test {

namespace {

const protocol::Protocol& replace() { return protocol::protocol_called("replace"); }

const Cell regular{
    .alpha = 0, .beta = 0, .T = 30, .lambda = 0, .n = 2, .d = 20, .T0 = 40, .lambda0 = 0, .sigma = 0.1, .sigma0 = 0.1};

Reason reason(const Cell& cell) { return replace().reasons_not_simulated({cell, {cell.lambda}, {cell.n}}, {})[0]; }

}  // namespace

TEST_CASE("a cell at the interpolation threshold is not simulated if noise meets it without ridge", "[simulate]")
{
    Cell evaluated = regular, generator = regular;
    evaluated.T = evaluated.d;
    generator.T0 = generator.d;
    CHECK(reason(regular) == Reason::none);
    CHECK(reason(evaluated) == Reason::infinite_error);
    CHECK(reason(generator) == Reason::infinite_error);
    evaluated.lambda = 1e-9;
    generator.n = 0;
    CHECK(reason(evaluated) == Reason::none);
    CHECK(reason(generator) == Reason::none);
    evaluated.lambda = 0;
    evaluated.sigma = 0;
    CHECK(reason(evaluated) == Reason::none);
}

TEST_CASE("limits are left to theory", "[simulate]")
{
    Cell forever = regular, huge = regular;
    forever.n = INFINITY;
    huge.d = INFINITY;
    CHECK(reason(forever) == Reason::theory_only);
    CHECK(reason(huge) == Reason::theory_only);
}

TEST_CASE("what is not simulated for its infinite error is predicted to be infinite", "[simulate]")
{
    Cell evaluated = regular, generator = regular;
    evaluated.T = evaluated.d;
    generator.T0 = generator.d;
    for (const Cell& cell : {evaluated, generator}) {
        const protocol::Prediction predicted = test::predict(replace(), cell, {});
        CHECK(predicted.asymptotic.test_error == std::numeric_limits<double>::infinity());
        CHECK(predicted.exact == std::numeric_limits<double>::infinity());
    }
}

TEST_CASE("generators need a sample size, and the message says how to give one", "[simulate]")
{
    Cell cell = regular;
    cell.T0 = Cell::unset;
    CHECK_THROWS_WITH(replace().check(cell, {}), Contains("grid.T0 is missing") && Contains("n = 2"));
    cell.n = 0;
    CHECK_NOTHROW(replace().check(cell, {}));
}

TEST_CASE("more replicates, ridges or generations never cost less", "[simulate]")
{
    const auto seconds = [](const Row& row) {
        const protocol::Simulation simulation(replace().levelled(row, {}), row, row.cell.d);
        return simulation.cost(std::numeric_limits<double>::quiet_NaN()).seconds;
    };
    for (const double T0 : {10., 40.}) {
        Cell cell = regular;
        cell.T0 = T0;
        const double base = seconds({cell, {0.1}, {1}});
        CHECK(base > 0);
        CHECK(seconds({cell, {0.1, 0.2}, {1}}) >= base);
        CHECK(seconds({cell, {0.1}, {1, 2}}) >= base);
        CHECK(seconds({cell, {0, 0.1}, {1}}) >= base);
    }
}

TEST_CASE("a row knows its cells and its last finite generation", "[simulate]")
{
    const Row row{regular, {0, 0.5}, {3, 0, INFINITY}};
    CHECK(row.size() == 6);
    CHECK(row.at(1, 0).lambda == 0.5);
    CHECK(row.at(1, 0).n == 3);
    CHECK(row.last_generation() == 3);
    CHECK(Row{regular, {0}, {INFINITY}}.last_generation() == -1);
}

}  // namespace simulate_contract_test
