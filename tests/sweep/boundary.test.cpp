#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "collapse/sweep/boundary.hpp"
#include "support/sweeps.hpp"

using namespace collapse;

namespace {

constexpr double position = 1e-9;  ///< relative; roots are found to rounding errors of the theory

sweep::Settings theory_of(const test::Axes& axes)
{
    sweep::Settings settings;
    for (const auto& [name, list] : axes) settings.axes.push_back(test::axis(name, list));
    settings.simulation.replicates = 0;
    return sweep::validated(settings);
}

std::vector<double> places(const test::Axes& axes, sweep::BoundaryQuestion question)
{
    std::vector<double> result;
    for (const sweep::Crossing& crossing : sweep::find_boundary(theory_of(axes), sweep::CellIndex{0}, question).crossings)
        result.push_back(crossing.x);
    return result;
}

sweep::Quantity quantity(std::string_view name)
{
    const auto found = std::ranges::find(sweep::quantities(), name, &sweep::Quantity::name);
    REQUIRE(found != sweep::quantities().end());
    return *found;
}

sweep::BoundaryQuestion between(const std::string& along, std::string_view one, std::string_view other)
{
    sweep::BoundaryQuestion question{sweep::boundary_ranges(along).front()};
    question.one = quantity(one);
    question.other = quantity(other);
    return question;
}

const test::Axes least_squares{{"T", "150"},     {"d", "100"},      {"T0", "400"}, {"lambda", "0"},
                               {"sigma", "0.6"}, {"sigma0", "0.5"}, {"n", "7"}};

}  // namespace

TEST_CASE("crossovers of least squares are where its closed forms are equal", "[sweep]")
{
    // sigma^2 d / (T - d) = n sigma0^2 d / (T0 - d) in the limit
    const auto question = [](const char* along) { return between(along, "clean_variance", "collapse_variance"); };
    const auto along_n = places(least_squares, question("n"));
    REQUIRE(along_n.size() == 1);
    CHECK(along_n[0] == Approx(0.36 / 50 * 300 / 0.25).epsilon(position));
    const auto along_T = places(least_squares, question("T"));
    // Below d both are projected: sigma^2 T / (d - T) = (T / d) n sigma0^2 d / (T0 - d).
    REQUIRE(along_T.size() == 2);
    CHECK(along_T[0] == Approx(100 - 0.36 * 300 / (7 * 0.25)).epsilon(position));
    CHECK(along_T[1] == Approx(100 + 0.36 * 300 / (7 * 0.25)).epsilon(position));
    const auto along_sigma0 = places(least_squares, question("sigma0"));
    REQUIRE(along_sigma0.size() == 1);
    CHECK(along_sigma0[0] == Approx(std::sqrt(0.36 / 50 * 300 / 7)).epsilon(position));
}

TEST_CASE("along an exponent the boundary is where it is along the parameter itself", "[sweep]")
{
    test::Axes axes{{"alpha", "1.2"}, {"beta", "1.5"},   {"T", "300"}, {"d", "inf"},   {"T0", "200"},
                    {"sigma", "0.3"}, {"sigma0", "0.5"}, {"n", "3"},   {"lambda", "1"}};
    auto ridges = places(axes, between("lambda", "clean_bias", "collapse_variance"));
    std::erase_if(ridges, [](double lambda) { return lambda > 1 || lambda < std::pow(300, -4); });  // ell from 0 to 4
    axes.erase("lambda");
    axes["ell"] = "1";
    const auto exponents = places(axes, between("ell", "clean_bias", "collapse_variance"));
    REQUIRE(!exponents.empty());
    REQUIRE(exponents.size() == ridges.size());
    for (std::size_t k = 0; k < exponents.size(); ++k)
        CHECK(exponents[k] == Approx(-std::log(ridges[ridges.size() - 1 - k]) / std::log(300)).epsilon(position));
}

TEST_CASE("the onset of collapse of least squares is its closed form", "[sweep]")
{
    sweep::BoundaryQuestion question{sweep::boundary_ranges("n").front()};
    question.growth = 3;
    const auto found = places(least_squares, question);
    REQUIRE(found.size() == 1);
    CHECK(found[0] == Approx(2 * 0.36 / 50 * 300 / 0.25).epsilon(position));
}

TEST_CASE("all crossings along a ridge are found, and there the theory changes its regime", "[sweep]")
{
    const test::Axes axes{{"alpha", "1.2"}, {"beta", "1.5"},   {"T", "300"}, {"d", "inf"},   {"T0", "200"},
                          {"sigma", "0.3"}, {"sigma0", "0.5"}, {"n", "3"},   {"lambda", "1"}};
    const auto question = between("lambda", "clean_bias", "collapse_variance");
    const auto found = places(axes, question);
    const auto difference = [&](double lambda) {
        test::Axes there = axes;
        there["lambda"] = fmt::format("{:.17g}", lambda);
        const sweep::Settings settings = theory_of(there);
        const problem::Cell cell = settings.grid().cell(sweep::CellIndex{0});
        const protocol::Row row{cell, {lambda}, {cell.n}};
        const auto known = protocol::predict_with_clean(protocol::protocol_called("replace"), row,
                                                        problem::nodes_of(settings.model, cell), {})(0, 0);
        return known.clean.bias - (known.asymptotic.variance - known.clean.variance);
    };
    // A dense scan counts the sign changes and brackets each.
    std::vector<double> scanned;
    constexpr double factor = 1.05;
    for (double lambda = question.along.low; lambda < question.along.high; lambda *= factor)
        if (difference(lambda) * difference(lambda * factor) < 0) scanned.push_back(lambda);
    REQUIRE(found.size() == scanned.size());
    REQUIRE(!found.empty());
    for (std::size_t k = 0; k < found.size(); ++k) {
        CHECK(found[k] >= scanned[k]);
        CHECK(found[k] <= scanned[k] * factor);
    }
}

TEST_CASE("an answer says on which side of a crossing what is larger, and throughout if there is none", "[sweep]")
{
    using sweep::Side;
    const auto sides = [](const test::Axes& axes, const sweep::BoundaryQuestion& question) {
        std::vector<Side> result;
        const sweep::Boundary boundary = sweep::find_boundary(theory_of(axes), sweep::CellIndex{0}, question);
        for (const sweep::Crossing& crossing : boundary.crossings) result.push_back(crossing.beyond);
        if (result.empty()) result.push_back(boundary.throughout);
        return result;
    };
    // The clean variance has its pole at T = d, between the crossings; the collapse variance grows with n.
    auto question = between("T", "clean_variance", "collapse_variance");
    CHECK(sides(least_squares, question) == std::vector{Side::above, Side::below});
    question = between("n", "clean_variance", "collapse_variance");
    CHECK(sides(least_squares, question) == std::vector{Side::below});
    question.along.high = 1.5;
    CHECK(sides(least_squares, question) == std::vector{Side::above});
    question = between("n", "collapse_variance", "clean_variance");
    question.along.high = 1.5;
    CHECK(sides(least_squares, question) == std::vector{Side::below});
    question = between("n", "clean_bias", "collapse_bias");  // both are zero
    CHECK(sides(least_squares, question) == std::vector{Side::unknown});
    question = {sweep::boundary_ranges("n").front()};
    question.growth = 3;
    CHECK(sides(least_squares, question) == std::vector{Side::above});
    question.along.low = 1e4;
    CHECK(sides(least_squares, question) == std::vector{Side::above});
}

TEST_CASE("nowhere is an answer", "[sweep]")
{
    test::Axes axes = least_squares;
    axes["sigma0"] = std::string(1, '0');
    CHECK(places(axes, between("n", "clean_variance", "collapse_variance")).empty());
    CHECK_THROWS_AS(sweep::boundary_ranges("d"), support::InvalidInput);
    CHECK(sweep::boundary_ranges("nosuch").empty());
}

TEST_CASE("the four regimes of clean data meet at ell = beta / (1 + 2 beta r) [CLKZ]", "[sweep]")
{
    // Where bias T^(-2 r_ ell) and variance T^(-(1 - ell / beta)) are equal, r_ = min(r, 1); of two T, so that constants cancel.
    const double beta = 1.5;
    for (const double r : {0.3, 0.6, 1.5}) {
        const auto crossing_at = [&](double T) {
            const test::Axes axes{{"r", fmt::format("{}", r)}, {"beta", "1.5"}, {"d", "inf"}, {"sigma", "0.3"}, {"n", "0"},
                                  {"T", fmt::format("{}", T)}, {"lambda", "1"}};
            auto question = between("lambda", "clean_bias", "clean_variance");
            question.along.low = 1e-14;
            const auto found = places(axes, question);
            REQUIRE(found.size() == 1);
            return std::log(found[0]);
        };
        const double slope = (crossing_at(1e12) - crossing_at(1e10)) / std::log(100.0);
        INFO("r = " << r);
        CHECK(-slope == Approx(beta / (1 + 2 * beta * std::min(r, 1.0))).margin(0.005));
    }
}

TEST_CASE("a student is as good as its teacher where its closed form says so", "[sweep]")
{
    // Of T < d isotropic rows a minimum-norm student keeps T/d of the teacher's error E = n sigma0^2 d / (T0 - d), loses 1 - T/d of
    // the signal and gains sigma^2 T / (d - T): it equals its teacher where E = 1 + sigma^2 T d / (d - T)^2, and beats a worse one.
    for (const double sigma : {0., 0.6}) {
        test::Axes axes = least_squares;
        axes["T"] = "50";
        axes["sigma"] = fmt::format("{}", sigma);
        const auto found =
            sweep::find_boundary(theory_of(axes), sweep::CellIndex{0}, between("sigma0", "test_error", "generator_error"));
        REQUIRE(found.crossings.size() == 1);
        CHECK(found.crossings[0].x == Approx(std::sqrt((1 + sigma * sigma * 2) * 300 / 700)).epsilon(position));
        CHECK(found.crossings[0].beyond == sweep::Side::below);
    }
    // With T > d rows and noise of its own it never is.
    const auto never =
        sweep::find_boundary(theory_of(least_squares), sweep::CellIndex{0}, between("sigma0", "test_error", "generator_error"));
    CHECK(never.crossings.empty());
    CHECK(never.throughout == sweep::Side::above);
}
