#include <catch2/catch.hpp>

#include <cmath>

#include "collapse/sweep/predict.hpp"
#include "support/sweeps.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using protocol::Prediction;

namespace {

constexpr double rate_tolerance = 1e-8;  ///< the promise of the program, absolute

sweep::Settings theory_of(const test::Axes& axes)
{
    sweep::Settings settings;
    for (const auto& [name, list] : axes) settings.axes.push_back(test::axis(name, list));
    settings.simulation.replicates = 0;
    return sweep::validated(settings);
}

/// The prediction of the only cell.
Prediction only(const test::Axes& axes)
{
    const sweep::Settings settings = theory_of(axes);
    return sweep::predict(settings, settings.grid().selected_part(0))[0];
}

test::Axes with(test::Axes axes, const test::Axes& changes)
{
    for (const auto& [name, list] : changes) axes[name] = list;
    return axes;
}

const test::Axes least_squares{{"T", "150"},     {"d", "100"},      {"T0", "400"}, {"lambda", "0"},
                               {"sigma", "0.3"}, {"sigma0", "0.5"}, {"n", "7"}};

}  // namespace

TEST_CASE("rates of least squares are those of its closed form", "[sweep]")
{
    for (const char* T : {"101", "110", "150", "1e6"}) {
        const Prediction found = only(with(least_squares, {{"T", T}}));
        const double rows = std::stod(T), clean = 0.09 * 100 / (rows - 100), collapsed = 7 * 0.25 * 100 / 300,
                     all = clean + collapsed;
        CHECK(found.rates.T == Approx(-clean * rows / (rows - 100) / all).margin(rate_tolerance).epsilon(rate_tolerance));
        CHECK(found.rates.n == Approx(collapsed / all).margin(rate_tolerance));
        CHECK(std::isnan(found.rates.lambda));
        CHECK(found.clean.test_error == Approx(clean).epsilon(test::rounding));
    }
}

TEST_CASE("rates are undefined at a pole, without generations and in their limit", "[sweep]")
{
    CHECK(std::isnan(only(with(least_squares, {{"T", "100"}})).rates.T));
    CHECK(std::isnan(only(with(least_squares, {{"n", "0"}})).rates.n));
    CHECK(std::isnan(only(with(least_squares, {{"n", "inf"}})).rates.n));
}

TEST_CASE("a rate agrees with a difference over a longer way", "[sweep]")
{
    const test::Axes axes{{"alpha", "1.2"}, {"beta", "1.5"},   {"T", "300"},       {"d", "inf"}, {"T0", "200"},
                          {"sigma", "0.3"}, {"sigma0", "0.5"}, {"lambda", "0.01"}, {"n", "5"}};
    const double h = 0.02;
    const auto slope = [&](const std::string& name, double x) {  // sixth order
        const auto log_error = [&](double k) {
            return std::log(only(with(axes, {{name, fmt::format("{:.17g}", x * std::exp(k * h))}})).asymptotic.test_error);
        };
        return (45 * (log_error(1) - log_error(-1)) - 9 * (log_error(2) - log_error(-2)) + log_error(3) - log_error(-3)) / (60 * h);
    };
    const protocol::Rates rates = only(axes).rates;
    CHECK(rates.T == Approx(slope("T", 300)).margin(rate_tolerance));
    CHECK(rates.lambda == Approx(slope("lambda", 0.01)).margin(rate_tolerance));
    CHECK(rates.n == Approx(slope("n", 5)).margin(rate_tolerance));
}

TEST_CASE("along T everything follows that is a power of T", "[sweep]")
{
    const test::Axes plain{{"alpha", "1.2"}, {"beta", "1.5"}, {"d", "inf"}, {"sigma", "0.3"}, {"sigma0", "0.5"}};
    const auto on_path = [&](const std::string& T) {
        return only(with(plain, {{"T", T}, {"ell", "0.5"}, {"b", "0.8"}, {"a", "0.25"}}));
    };
    const double h = 1e-3, ahead = std::log(on_path(fmt::format("{:.17g}", 1e4 * std::exp(h))).asymptotic.test_error),
                 behind = std::log(on_path(fmt::format("{:.17g}", 1e4 * std::exp(-h))).asymptotic.test_error);
    CHECK(on_path("1e4").rates.T == Approx((ahead - behind) / (2 * h)).margin(1e-6));  // second order
}

TEST_CASE("local rates tend to the exponents of the scaling laws", "[sweep]")
{
    // The largest term is T^0.1 above the others: they still matter a little at T = 1e12.
    for (const char* ell : {"0.2", "0.6", "0.9", "1.2"})
        for (const char* n : {"0", "1"}) {
            const protocol::Rates rates = only({{"alpha", "1.6"},
                                                {"beta", "1.5"},
                                                {"d", "inf"},
                                                {"T", "1e12"},
                                                {"b", "0.9"},
                                                {"ell", ell},
                                                {"sigma", "0.3"},
                                                {"sigma0", "0.5"},
                                                {"n", n}})
                                              .rates;
            INFO("ell = " << ell << ", n = " << n);
            CHECK(rates.T == Approx(rates.asymptotic_T).margin(0.02));
        }
}

TEST_CASE("exponents of T that lead out of range are refused", "[sweep]")
{
    const test::Axes axes{{"T", "1000"}, {"d", "10"}, {"T0", "20"}, {"n", "1"}};
    const auto without = [&](const std::string& gone, const test::Axes& more) {
        test::Axes rest = with(axes, more);
        rest.erase(gone);
        return rest;
    };
    CHECK_NOTHROW(theory_of(axes));
    CHECK_THROWS_AS(theory_of(without("T0", {{"b", "10"}})), support::InvalidInput);
    CHECK_THROWS_AS(theory_of(with(axes, {{"ell", "200"}})), support::InvalidInput);
    CHECK_THROWS_AS(theory_of(with(axes, {{"ell", "-200"}})), support::InvalidInput);
    CHECK_THROWS_AS(theory_of(without("n", {{"a", "200"}})), support::InvalidInput);
}

TEST_CASE("a simulation takes whole generations and samples only", "[sweep]")
{
    sweep::Settings settings = theory_of({{"T", "1000"}, {"d", "10"}, {"b", "0.5"}, {"a", "0.2"}});
    CHECK(settings.grid().cell(0).n == Approx(std::pow(1000, 0.2)));
    CHECK(settings.grid().cell(0).T0 == Approx(std::sqrt(1000)));
    settings.simulation.replicates = 5;
    CHECK(settings.grid().cell(0).n == 4);
    CHECK(settings.grid().cell(0).T0 == 32);
}
