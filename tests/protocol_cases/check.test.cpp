#include <catch2/catch.hpp>

#include "support/cases.hpp"

using namespace collapse;
using problem::Cell;
using problem::Choices;
using support::Reason;

namespace {

void check(const std::string& protocol, const Cell& cell, const Choices& choices = {})
{
    const protocol::Protocol& found = protocol::protocol_called(protocol);
    found.check(cell, test::with_defaults(found, choices));
}

Reason obstacle(const std::string& protocol, const Cell& cell, const Choices& choices = {})
{
    const protocol::Protocol& found = protocol::protocol_called(protocol);
    return found.reasons_not_simulated({cell, {cell.lambda}, {cell.n}}, test::with_defaults(found, choices))[0];
}

const Cell base{.alpha = 0, .beta = 0, .T = 100, .lambda = 0, .n = 2, .d = 100, .sigma = 0, .sigma0 = 0};

Cell with(Cell cell, double Cell::*member, double value)
{
    cell.*member = value;
    return cell;
}

}  // namespace

TEST_CASE("a missing weight, fraction or ratio is named", "[protocol]")
{
    using Catch::Matchers::StartsWith;
    CHECK_THROWS_WITH(check("mix", base), StartsWith("grid.w is missing: "));
    CHECK_THROWS_WITH(check("partial", base), StartsWith("grid.p is missing: "));
    CHECK_THROWS_WITH(check("weighted", base), StartsWith("grid.w is missing: "));
    CHECK_THROWS_WITH(check("weighted", with(base, &Cell::w, 0.5)), StartsWith("grid.k is missing: "));
    CHECK_NOTHROW(check("mix", with(base, &Cell::w, 0.5)));
    CHECK_NOTHROW(check("weighted", with(with(base, &Cell::w, 0.5), &Cell::k, 1)));
    CHECK_NOTHROW(check("accumulate", base));
}

TEST_CASE("options that contradict each other are refused", "[protocol]")
{
    const Cell cell = with(base, &Cell::w, 0.5);
    CHECK_THROWS_AS(check("mix", cell, {{"real_labels", "fixed"}}), support::InvalidInput);
    CHECK_NOTHROW(check("mix", cell, {{"real_labels", "fixed"}, {"design", "fixed"}}));
    CHECK_THROWS_AS(check("mix", cell, {{"weighting", "adaptive"}}), support::InvalidInput);
    CHECK_NOTHROW(check("mix", base, {{"weighting", "adaptive"}}));
}

TEST_CASE("the interpolation threshold is an obstacle where noise or contradiction meets it", "[protocol]")
{
    const auto infinite = Reason::infinite_error, none = Reason::none;
    const Cell mixed = with(with(with(base, &Cell::w, 0.5), &Cell::p, 0.5), &Cell::k, 1);
    for (const char* protocol : {"mix", "partial"}) {
        CHECK(obstacle(protocol, mixed) == none);
        CHECK(obstacle(protocol, with(mixed, &Cell::sigma, 1)) == infinite);
        CHECK(obstacle(protocol, with(mixed, &Cell::sigma0, 1)) == infinite);
        CHECK(obstacle(protocol, with(with(mixed, &Cell::sigma0, 1), &Cell::n, 0)) == none);
        CHECK(obstacle(protocol, with(with(with(mixed, &Cell::sigma0, 1), &Cell::w, 1), &Cell::p, 1)) == none);
        CHECK(obstacle(protocol, with(with(mixed, &Cell::sigma, 1), &Cell::lambda, 0.1)) == none);
    }
    CHECK(obstacle("mix", with(base, &Cell::sigma0, 1), {{"weighting", "adaptive"}}) == infinite);

    CHECK(obstacle("accumulate", with(base, &Cell::sigma, 1)) == infinite);
    CHECK(obstacle("accumulate", with(base, &Cell::sigma0, 1)) == none);  // the first synthetic fit has 2 d rows
    CHECK(obstacle("accumulate", with(base, &Cell::sigma0, 1), {{"design", "fixed"}}) == infinite);
    CHECK(obstacle("accumulate", with(base, &Cell::T, 50)) == infinite);
    CHECK(obstacle("accumulate", with(with(base, &Cell::T, 25), &Cell::n, 2)) == none);
    CHECK(obstacle("accumulate", with(with(base, &Cell::T, 25), &Cell::n, 3)) == infinite);
    CHECK(obstacle("accumulate", with(with(base, &Cell::T, 30), &Cell::n, 9)) == none);

    CHECK(obstacle("weighted", with(mixed, &Cell::sigma, 1)) == infinite);  // the first model
    CHECK(obstacle("weighted", with(with(mixed, &Cell::sigma, 1), &Cell::T, 50)) == infinite);
    CHECK(obstacle("weighted", with(mixed, &Cell::T, 50)) == infinite);
    CHECK(obstacle("weighted", with(with(mixed, &Cell::T, 50), &Cell::n, 0)) == none);
    CHECK(obstacle("weighted", with(with(with(mixed, &Cell::sigma, 1), &Cell::T, 50), &Cell::w, 1)) == none);
}

TEST_CASE("at an obstacle the prediction is infinite", "[protocol]")
{
    const Cell cell = with(with(with(with(base, &Cell::sigma, 1), &Cell::w, 0.5), &Cell::p, 0.5), &Cell::k, 1);
    for (const char* protocol : {"mix", "partial", "accumulate", "weighted"}) {
        const auto predicted = test::predict(protocol::protocol_called(protocol), cell, {});
        CHECK(predicted.asymptotic.test_error == INFINITY);
        CHECK(predicted.asymptotic.variance == INFINITY);
        CHECK(predicted.exact == INFINITY);
    }
}
