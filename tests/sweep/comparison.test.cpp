#include "collapse/sweep/comparison.hpp"

#include <numbers>

#include <catch2/catch.hpp>

#include "support/sweeps.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using sweep::Outcome;

// Made tables of cells, no files: every number expected here is a line of arithmetic, in isotropic sweeps, where
//   df2 = d for least squares on T > d rows, T^2 / d on T < d rows, d / (1 + kappa)^2 with a ridge,
//   kappa^2 + kappa (1 - lambda - d / T) = lambda,
// and Student's quantiles have a closed form for 1 and 2 degrees of freedom.

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();

/// One axis of noise, whose values only number the cells: least squares on T = 30 rows, d = 10, without generations.
sweep::Comparison compared(const std::vector<Outcome>& outcomes, double level = 0.01, double finite_size = 0,
                           test::Axes changes = {})
{
    test::Axes axes{{"T", "30"}, {"lambda", "0"}, {"n", "0"}, {"sigma", fmt::format("linspace(0.1, 0.5, {})", outcomes.size())}};
    for (const auto& [name, list] : changes) axes[name] = list;
    const sweep::Settings settings = test::small_settings(axes);
    return sweep::compare(settings, settings.grid(), outcomes, level, finite_size);
}

/// By how many standard errors 1.5 +- 0.02 is off a prediction of 1, beyond the relative 2 / (T - df2).
double excess(const test::Axes& changes)
{
    const auto comparison = compared({{1.5, 0.02, 100, 1, none}}, 0.01, 2, changes);
    REQUIRE(comparison.cells.size() == 1);
    return comparison.cells[0].excess;
}

}  // namespace

TEST_CASE("z is the difference from the exact value where there is one, else from the prediction", "[sweep]")
{
    const auto comparison = compared({{1.5, 0.25, 100, 1.25, none}, {1.5, 0.25, 100, 1.25, 2}});
    REQUIRE(comparison.cells.size() == 2);
    CHECK(comparison.cells[0].z == 1);
    CHECK_FALSE(comparison.cells[0].exact);
    CHECK(comparison.cells[1].z == -2);
    CHECK(comparison.cells[1].expected == 2);
    CHECK(comparison.cells[1].exact);
}

TEST_CASE("a cell's bound is Student's quantile at the level shared among all compared cells", "[sweep]")
{
    // Two cells are compared, the third has no standard error: the tail is 0.1 / 2 / 2.
    const double tail = 0.1 / 2 / 2;
    const auto comparison = compared({{1, 0.1, 2, 1, none}, {1, 0.1, 3, 1, none}, {1, none, 1, 1, none}}, 0.1);
    REQUIRE(comparison.cells.size() == 2);
    CHECK(comparison.cells[0].bound == Approx(std::tan(std::numbers::pi * (0.5 - tail))).epsilon(test::rounding));
    CHECK(comparison.cells[1].bound == Approx((1 - 2 * tail) / std::sqrt(2 * tail * (1 - tail))).epsilon(test::rounding));
    CHECK(comparison.level == 0.1);
}

TEST_CASE("cells whose excess is larger than their bound are beyond, on either side", "[sweep]")
{
    // Three replicates have 2 degrees of freedom; three cells share the level 0.01.
    const double tail = 0.01 / 2 / 3, bound = (1 - 2 * tail) / std::sqrt(2 * tail * (1 - tail));
    const double inside = 1 + 0.01 * (bound - 0.1), outside = 1 + 0.01 * (bound + 0.1);
    const auto comparison = compared({{inside, 0.01, 3, 1, none}, {outside, 0.01, 3, 1, none}, {2 - outside, 0.01, 3, 1, none}});
    REQUIRE(comparison.cells.size() == 3);
    CHECK_FALSE(comparison.cells[0].beyond());
    CHECK(comparison.cells[1].beyond());
    CHECK(comparison.cells[2].beyond());
    CHECK(comparison.beyond() == 2);
}

TEST_CASE("a prediction may be off by the relative C / (T - df2), an exact value not at all", "[sweep]")
{
    // T - df2 = 30 - 10: allowed are 2 / 20 = 0.1 of 2.
    const auto comparison =
        compared({{2.5, 0.1, 100, 2, none}, {1.5, 0.1, 100, 2, none}, {2.125, 0.1, 100, 2, none}, {2.5, 0.1, 100, 1, 2}}, 0.01, 2);
    REQUIRE(comparison.cells.size() == 4);
    CHECK(comparison.cells[0].z == Approx(5));
    CHECK(comparison.cells[0].excess == Approx(3));
    CHECK(comparison.cells[1].excess == Approx(-3));
    CHECK(comparison.cells[2].z == Approx(1.25));
    CHECK(comparison.cells[2].excess == 0);
    CHECK(comparison.cells[3].excess == Approx(5));
    CHECK(comparison.finite_size == 2);
}

TEST_CASE("what is allowed follows from the fit that has the fewest rows to spare", "[sweep]")
{
    const auto beyond = [](double spare_rows) { return (0.5 - 2 / spare_rows) / 0.02; };
    CHECK(excess({}) == Approx(beyond(30 - 10)));
    // With a ridge kappa = sqrt(1/2): 1 - lambda - d / T = 0.
    CHECK(excess({{"T", "20"}, {"lambda", "0.5"}}) == Approx(beyond(20 - 10 / std::pow(1 + std::sqrt(0.5), 2))));
    // Generators count only where there are any: T0 = 16 leaves 6, T0 = 5 rows leave 5 - 5^2 / 10 and less than is off.
    CHECK(excess({{"T0", "16"}}) == Approx(beyond(20)));
    CHECK(excess({{"T0", "16"}, {"n", "3"}}) == Approx(beyond(6)));
    CHECK(beyond(2.5) < 0);
    CHECK(excess({{"T0", "5"}, {"n", "1"}}) == 0);
}

TEST_CASE("cells within three rows of the interpolation threshold are counted and left out", "[sweep]")
{
    const Outcome outcome{1, 0.1, 100, 1, none};
    for (const auto& [changes, left_out] : std::map<test::Axes, bool>{{{{"T", "13"}}, true},
                                                                      {{{"T", "7"}}, true},
                                                                      {{{"T", "14"}}, false},
                                                                      {{{"T", "6"}}, false},
                                                                      {{{"T", "13"}, {"lambda", "0.01"}}, false},
                                                                      {{{"T0", "12"}}, false},
                                                                      {{{"T0", "12"}, {"n", "1"}}, true}}) {
        const auto comparison = compared({outcome}, 0.01, 2, changes);
        CHECK(comparison.heavy_tailed == (left_out ? 1 : 0));
        CHECK(comparison.cells.size() == (left_out ? 0 : 1));
    }
}

TEST_CASE("what is simulated without a finite prediction is counted and left out", "[sweep]")
{
    const auto comparison = compared(
        {{1, 0.1, 100, none, none}, {1, 0.1, 100, infinite, none}, {1, 0.1, 100, infinite, infinite}, {1, 0.1, 100, 1, infinite}});
    CHECK(comparison.without_theory == 3);
    REQUIRE(comparison.cells.size() == 1);  // an infinite finite-size value says nothing, the prediction does
    CHECK_FALSE(comparison.cells[0].exact);
}

TEST_CASE("an infinite or unknown mean does not pass for agreement", "[sweep]")
{
    const auto comparison = compared({{infinite, 0.1, 100, 1, none}, {none, 0.1, 100, 1, none}}, 0.01, 2);
    CHECK(comparison.cells.size() == 2);
    CHECK(comparison.beyond() == 2);
}

TEST_CASE("a mean with an infinite standard error measures nothing", "[sweep]")
{
    CHECK(compared({{1, infinite, 100, 1, none}}).cells.empty());
    CHECK(compared({{infinite, infinite, 100, 1, none}}).cells.empty());
}

TEST_CASE("without spread of the replicates only rounding errors are compared", "[sweep]")
{
    // Signal power 1: 1e-16 is what is left of zero, 1e-3 is off by what nothing here can measure.
    const auto comparison = compared({{1e-16, 0, 100, 0, none}, {1e-3, 0, 100, 0, none}});
    REQUIRE(comparison.cells.size() == 1);
    CHECK(comparison.cells[0].cell == sweep::CellIndex{0});
    CHECK(comparison.cells[0].z == 0);
    CHECK_FALSE(comparison.cells[0].beyond());
}

TEST_CASE("where nothing is simulated there is nothing to compare", "[sweep]")
{
    const auto comparison = compared({{none, none, 0, 1, none}, {1, none, 1, 1, none}});
    CHECK(comparison.cells.empty());
    CHECK(comparison.beyond() == 0);
    CHECK(comparison.without_theory == 0);
    CHECK(sweep::spread_of_z(comparison).mean == 0);
    CHECK(sweep::spread_of_z(comparison).deviation == 0);
}

TEST_CASE("mean, deviation and largest of z are those of the cells that are compared", "[sweep]")
{
    // z = 1, -2, 4: mean 1, squares about it 0, 9, 9.
    const auto spread = sweep::spread_of_z(
        compared({{1.25, 0.25, 100, 1, none}, {0.5, 0.25, 100, 1, none}, {2, 0.25, 100, 1, none}, {9, none, 100, 1, none}}));
    CHECK(spread.mean == Approx(1));
    CHECK(spread.deviation == Approx(std::sqrt(6)));
    CHECK(spread.largest == 4);
    const auto below = sweep::spread_of_z(compared({{0, 0.25, 100, 1, none}, {1, 0.25, 100, 1, none}}));
    CHECK(below.mean == Approx(-2));
    CHECK(below.largest == 4);
}

TEST_CASE("the worst cells come first: by excess for their bound, then by z", "[sweep]")
{
    // Cell 0: within what is allowed, z = 0.5. Cell 1: z = 6 of few replicates, cell 2: z = -5 of many. Cell 3: within, z = 1.
    auto comparison =
        compared({{1.05, 0.1, 100, 1, none}, {1.6, 0.1, 3, 1, none}, {0.5, 0.1, 1000, 1, none}, {1.1, 0.1, 100, 1, none}}, 0.01, 2);
    worst_first(comparison);
    std::vector<std::size_t> order;
    for (const auto& cell : comparison.cells) order.push_back(cell.cell.value);
    CHECK(order == std::vector<std::size_t>{2, 1, 3, 0});
}

TEST_CASE("an unknown mean is as bad as an infinite one", "[sweep]")
{
    auto comparison = compared({{1.5, 0.1, 100, 1, none}, {none, 0.1, 100, 1, none}, {9, 0.1, 100, 1, none}});
    worst_first(comparison);
    CHECK(comparison.cells[0].cell == sweep::CellIndex{1});
    CHECK(comparison.cells[1].cell == sweep::CellIndex{2});
}

TEST_CASE("a table that does not fit the grid is a mistake of ours", "[sweep]")
{
    const sweep::Settings settings = test::small_settings();
    CHECK_THROWS_AS(sweep::compare(settings, settings.grid(), std::vector<Outcome>(1), 0.01, 2), std::logic_error);
}
