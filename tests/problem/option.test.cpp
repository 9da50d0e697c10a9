#include <catch2/catch.hpp>

#include "collapse/problem/description.hpp"
#include "collapse/support/failure.hpp"

using namespace collapse;
using Catch::Contains;
using problem::Choice;
using problem::Domain;
using problem::Option;
using Kind = problem::Domain::Kind;

namespace {

/// What is said against this choice; empty: nothing.
std::string complaint(const Option& option, const Choice& choice)
{
    try {
        problem::check(option, choice);
    } catch (const support::InvalidInput& error) {
        return error.what();
    }
    return "";
}

Option option(Domain domain) { return {.name = "x", .allowed = {}, .otherwise = "", .help = "", .domain = domain}; }

}  // namespace

TEST_CASE("an option's numbers are parsed once, when it is chosen", "[problem]")
{
    CHECK(Choice("0.5").number() == 0.5);
    CHECK(Choice(" +2").number() == 2);
    CHECK(Choice("10, 5,-1e-3").numbers() == std::vector<double>{10, 5, -1e-3});
    CHECK(Choice("0.5").text() == "0.5");
    CHECK_THROWS_AS(Choice("fixed").number(), support::BrokenInvariant);
    CHECK_THROWS_AS(Choice("5x").numbers(), support::BrokenInvariant);
    CHECK_THROWS_AS(Choice("1, 2").number(), support::BrokenInvariant);
    CHECK_THROWS_AS(Choice("").numbers(), support::BrokenInvariant);
}

TEST_CASE("a word is one of those allowed, or refused with the nearest", "[problem]")
{
    const Option design{"design", {"fresh", "fixed"}, "fresh", ""};
    CHECK(complaint(design, "fixed").empty());
    CHECK_THAT(complaint(design, "fixd"),
               Contains("model.design = fixd is not known (did you mean fixed?); choose fresh or fixed"));
    CHECK_THAT(complaint(design, "5"), Contains("model.design = 5"));
}

TEST_CASE("a number keeps to its bounds, which the sentence names", "[problem]")
{
    const Option share = option({Kind::number, 0, 1}), tail = option({.kind = Kind::number, .least = 2, .open = true});
    for (const char* text : {"0", "1", "0.5"}) CHECK(complaint(share, text).empty());
    CHECK(complaint(share, "1.5") == "model.x = 1.5 is not possible; give a number that is from 0 to 1");
    CHECK_THAT(complaint(share, "-0.1"), Contains("model.x = -0.1"));
    CHECK(complaint(tail, "2.001").empty());
    CHECK(complaint(tail, "2") == "model.x = 2 is not possible; give a number that is finite and larger than 2");
    CHECK_THAT(complaint(tail, "inf"), Contains("model.x = inf"));
    CHECK_THAT(complaint(tail, "some"), Contains("model.x = some is not a number"));
    CHECK_THAT(complaint(tail, "3, 4"), Contains("model.x = 3, 4 is not a number"));
    CHECK_THAT(complaint(tail, ""), Contains("model.x is missing") && Contains("x = ..."));
    CHECK_THAT(complaint(option({.kind = Kind::number}), "inf"), Contains("model.x = inf"));
}

TEST_CASE("a whole number is whole", "[problem]")
{
    const Option degree = option({Kind::whole, 1, 20});
    CHECK(complaint(degree, "20").empty());
    CHECK(complaint(degree, "2.5") == "model.x = 2.5 is not possible; give a whole number from 1 to 20");
    CHECK_THAT(complaint(degree, "21"), Contains("model.x = 21"));
}

TEST_CASE("of a list the number that is out of bounds is named with its place", "[problem]")
{
    const Option spikes = option({.kind = Kind::numbers, .least = -1, .open = true});
    CHECK(complaint(spikes, "10, 5, -0.5").empty());
    CHECK(complaint(spikes, "10, -1") == "model.x has the value -1 at place 2; all must be finite and larger than -1");
    CHECK_THAT(complaint(spikes, "10, inf"), Contains("inf at place 2"));
    CHECK_THAT(complaint(spikes, "10, five"), Contains("five is not a number"));
    CHECK_THAT(complaint(spikes, ""), Contains("model.x is missing") && Contains("a list of numbers"));
    CHECK(complaint(option({.kind = Kind::numbers, .optional = true}), "").empty());
}

TEST_CASE("a name may be written with its first option", "[problem]")
{
    const auto student = problem::split_option("model.covariates", "student( 5 )");
    CHECK(student.name == "student");
    CHECK(student.option == "5");
    CHECK(problem::split_option("model.covariates", "gaussian").name == "gaussian");
    CHECK_THROWS_WITH(problem::split_option("model.covariates", "student(5"),
                      Contains("model.covariates = student(5 has no closing"));
}
