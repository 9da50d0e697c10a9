#include <catch2/catch.hpp>

#include "support/sweeps.hpp"

using namespace collapse;
using test::Axes;
using test::small_settings;

// A larger grid changes no old number, seen from the sweep: cells are matched by the values of their parameters.

namespace {

using Values = std::vector<double>;

std::map<Values, simulate::Moments::Stored> sums_by_cell(const sweep::Settings& settings)
{
    const sweep::Grid grid(settings.axes);
    const auto rows = test::serial(settings);
    std::map<Values, simulate::Moments::Stored> result;
    for (std::size_t index = 0; index < grid.cells(); ++index) {
        const problem::Cell cell = grid.cell(sweep::CellIndex{index});
        Values values;
        for (const problem::Parameter& parameter : problem::parameters())
            values.push_back(std::isnan(cell.*parameter.member) ? -1 : cell.*parameter.member);
        result[values] = rows[index / grid.cells_per_row()].cells[index % grid.cells_per_row()].sums;
    }
    return result;
}

void check_common_cells(const Axes& larger_axes)
{
    const auto small = sums_by_cell(small_settings()), large = sums_by_cell(small_settings(larger_axes));
    CHECK(large.size() > small.size());
    for (const auto& [values, sums] : small) {
        const auto found = large.find(values);
        REQUIRE(found != large.end());
        CHECK(found->second == sums);
    }
}

}  // namespace

TEST_CASE("more ridges change no old number", "[sweep]")
{
    check_common_cells({{"lambda", "1, 0.5, 0.1, 2, 0, logspace(-4, -2, 9)"}});
}

TEST_CASE("more generations change no old number", "[sweep]") { check_common_cells({{"n", "12, 0:8"}}); }

TEST_CASE("more sample sizes, dimensions and exponents change no old number", "[sweep]")
{
    check_common_cells({{"T", "3, 6, 8, 15"}});
    check_common_cells({{"d", "9, 10, 11"}});
    check_common_cells({{"T0", "2, 8, 20"}, {"beta", "0, 1.5"}});
    check_common_cells({{"alpha", "0, 1"}, {"sigma", "0, 0.3"}, {"sigma0", "0.5, 2"}});
}

TEST_CASE("more of everything at once changes no old number", "[sweep]")
{
    check_common_cells({{"T", "15, 6, 30"}, {"lambda", "0, 0.05, 0.1, 1"}, {"n", "0:4"}, {"lambda0", "0, 0.2"}});
}

TEST_CASE("an exponent that determines a parameter gives the numbers of the parameter", "[sweep]")
{
    sweep::Settings exponents;
    exponents.axes = {test::axis("T", "16"),    test::axis("d", "10"), test::axis("T0", "8"),
                      test::axis("ell", "0.5"), test::axis("n", "1"),  test::axis("sigma", "0.3")};
    sweep::Settings plain = exponents;
    plain.axes[3] = test::axis("lambda", "0.25");
    CHECK(test::serial(validated(exponents)) == test::serial(validated(plain)));
}
