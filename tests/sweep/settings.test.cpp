#include <catch2/catch.hpp>

#include <algorithm>

#include "support/sweeps.hpp"

using namespace collapse;
using Catch::Contains;
using test::Axes;
using test::axis;
using test::complaint;
using test::small_settings;

namespace {

/// What validated() says after `change`.
template <class Change>
std::string complaint(Change&& change)
{
    sweep::Settings settings = small_settings();
    change(settings);
    try {
        (void)validated(settings);
    } catch (const support::InvalidInput& error) {
        return error.what();
    }
    return "(nothing was thrown)";
}

}  // namespace

TEST_CASE("values that a parameter cannot take are refused with key, value and reason", "[sweep]")
{
    CHECK_THAT(complaint({{"lambda", "0, -0.1"}}), Contains("grid.lambda = -0.1") && Contains("not negative"));
    CHECK_THAT(complaint({{"lambda", "inf"}}), Contains("grid.lambda = inf"));
    for (const char* name : {"T", "d", "T0"})
        for (const char* value : {"0", "-3", "2.5", "inf"}) {
            if (name == std::string_view("d") && value == std::string_view("inf")) continue;  // a limit, refused elsewhere
            INFO(name << " = " << value);
            CHECK_THAT(complaint({{name, value}}), Contains(fmt::format("grid.{} = ", name)) && Contains("positive whole number"));
        }
    CHECK_THAT(complaint({{"T", "1e18"}}), Contains("grid.T = 1e+18") && Contains("less than 1e15") && !Contains("whole"));
    CHECK_THAT(complaint({{"n", "1.5"}}), Contains("grid.n = 1.5") && Contains("whole number"));
    CHECK_THAT(complaint({{"n", "-1"}}), Contains("grid.n = -1"));
    CHECK_THAT(complaint({{"sigma", "-1"}}), Contains("grid.sigma = -1"));
    CHECK_THAT(complaint({{"beta", "-1"}}), Contains("grid.beta = -1"));
    CHECK_THAT(complaint({{"alpha", "inf"}}), Contains("grid.alpha = inf"));
}

TEST_CASE("a value that stands in a list twice is refused", "[sweep]")
{
    CHECK_THAT(complaint({{"T", "10, 20, 10"}}), Contains("grid.T contains 10 twice"));
    CHECK_THAT(complaint({{"lambda", "logspace(-4, 1, 11), 1"}}), Contains("grid.lambda contains 1 twice"));
    CHECK_THAT(complaint({{"lambda", "0, -0"}}), Contains("grid.lambda contains") && Contains("twice"));
}

TEST_CASE("an empty axis is refused", "[sweep]")
{
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.axes.front().values.clear(); }), Contains("empty list"));
}

TEST_CASE("both alpha and r are refused, as are lambda and ell, T0 and b", "[sweep]")
{
    CHECK_THAT(complaint({{"alpha", "1"}, {"r", "0.5"}}), Contains("grid.alpha") && Contains("grid.r") && Contains("both"));
    CHECK_THAT(complaint({{"ell", "0.5"}}), Contains("grid.lambda") && Contains("grid.ell") && Contains("both"));
    CHECK_THAT(complaint({{"b", "0.5"}}), Contains("grid.T0") && Contains("grid.b") && Contains("both"));
}

TEST_CASE("a parameter that the models do not use is an error", "[sweep]")
{
    CHECK_THAT(complaint({{"w", "0.5"}}), Contains("grid.w is not used with protocol = replace"));
    CHECK_THAT(complaint([](sweep::Settings& settings) {
                   settings.model.teacher = "random";
                   settings.axes = {axis("T", "5"), axis("d", "4"), axis("alpha", "1")};
               }),
               Contains("grid.alpha is not used with") && Contains("teacher = random"));
}

TEST_CASE("limits are refused in a sweep that simulates, and accepted in one that does not", "[sweep]")
{
    CHECK_THAT(complaint({{"n", "0, inf"}}), Contains("grid.n = inf") && Contains("simulation.replicates = 0"));
    CHECK_THAT(complaint({{"d", "inf"}}), Contains("grid.d = inf"));
    CHECK_NOTHROW(small_settings({{"n", "0, inf"}}, 0));
}

TEST_CASE("what must be given and is not is named", "[sweep]")
{
    const auto without = [](const std::string& name) {
        return complaint([&](sweep::Settings& settings) {
            std::erase_if(settings.axes, [&](const sweep::Axis& entry) { return entry.name() == name; });
        });
    };
    CHECK_THAT(without("T"), Contains("grid.T is missing"));
    CHECK_THAT(without("d"), Contains("grid.d is missing"));
    CHECK_THAT(without("T0"), Contains("grid.T0 is missing"));
    CHECK(without("lambda") == "(nothing was thrown)");
}

TEST_CASE("unknown models and options name the nearest known one", "[sweep]")
{
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.protocol = "replac"; }),
               Contains("model.protocol = replac") && Contains("did you mean replace?"));
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.model.spectrum = "powerlaw"; }),
               Contains("did you mean power_law?"));
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.model.choices["design"] = "fixed"; }),
               Contains("model.design = fixed is not used with"));
}

TEST_CASE("impossible signals and simulation settings are refused", "[sweep]")
{
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.model.signal = 0; }), Contains("model.signal = 0"));
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.model.signal = INFINITY; }), Contains("model.signal = inf"));
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.simulation.replicates = -1; }),
               Contains("simulation.replicates = -1"));
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.simulation.precision = 1.5; }),
               Contains("simulation.precision = 1.5"));
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.simulation.precision = std::nan(""); }),
               Contains("simulation.precision"));
    CHECK_THAT(complaint([](sweep::Settings& settings) { settings.simulation = {.replicates = 0, .precision = 0.1}; }),
               Contains("needs replicates"));
    CHECK_THAT(complaint([](sweep::Settings& settings) {
                   settings.simulation = {.replicates = 100, .precision = 0.1, .min_replicates = 1};
               }),
               Contains("simulation.min_replicates = 1"));
    CHECK_THAT(complaint([](sweep::Settings& settings) {
                   settings.simulation = {.replicates = 10, .precision = 0.1, .min_replicates = 20};
               }),
               Contains("simulation.replicates = 10 is less than the 20") && Contains("simulation.min_replicates"));
    CHECK_THAT(complaint([](sweep::Settings& settings) {
                   settings.simulation = {.replicates = 100, .precision = 0.1, .min_replicates = 20, .max_replicates = 10};
               }),
               Contains("simulation.max_replicates = 10 is less than the 20"));
}

TEST_CASE("defaults are filled in, and validating twice changes nothing", "[sweep]")
{
    sweep::Settings settings;
    settings.axes = {axis("d", "5"), axis("T", "7, 9")};
    settings = validated(settings);
    const sweep::Grid grid(settings.axes);
    CHECK(grid.cells() == 2);
    CHECK(grid.cell(sweep::CellIndex{0}).lambda == 0);
    CHECK(grid.cell(sweep::CellIndex{0}).n == 0);
    CHECK(grid.cell(sweep::CellIndex{0}).sigma == 0);
    CHECK(std::isnan(grid.cell(sweep::CellIndex{0}).w));
    CHECK(validated(settings).resolved() == settings.resolved());
}

TEST_CASE("resolved settings do not depend on the order in which axes were given", "[sweep]")
{
    sweep::Settings settings = small_settings();
    const auto expected = settings.resolved();
    std::ranges::reverse(settings.axes);
    CHECK(validated(settings).resolved() == expected);
}

TEST_CASE("every scientific input changes the resolved settings, and the output path does not", "[sweep]")
{
    const auto resolved = [](auto&& change) {
        sweep::Settings settings = small_settings();
        change(settings);
        return settings.resolved();
    };
    const auto base = small_settings().resolved();
    CHECK(resolved([](sweep::Settings& settings) { settings.output = "elsewhere.h5"; }) == base);
    CHECK(resolved([](sweep::Settings& settings) { settings.simulation.seed = 2; }) != base);
    CHECK(resolved([](sweep::Settings& settings) { settings.simulation.replicates = 13; }) != base);
    CHECK(resolved([](sweep::Settings& settings) { settings.simulation.precision = 0.1; }) != base);
    CHECK(resolved([](sweep::Settings& settings) { settings.model.teacher = "random"; }) != base);
    CHECK(resolved([](sweep::Settings& settings) { settings.model.signal = 2; }) != base);
    CHECK(resolved([](sweep::Settings& settings) { settings.model.signal = problem::ModelSettings::raw; }) != base);
    CHECK(resolved([](sweep::Settings& settings) { settings.axes.front().values.front() = 3; }) != base);
    CHECK(std::ranges::count(base, std::pair<std::string, std::string>{"grid.lambda", "0, 0.1, 1"}) == 1);
}
