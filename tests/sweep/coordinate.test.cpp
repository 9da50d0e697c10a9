#include <catch2/catch.hpp>

#include <cmath>
#include <set>

#include "collapse/sweep/coordinate.hpp"
#include "support/sweeps.hpp"

using namespace collapse;

namespace {

problem::Cell with(const std::string& name, double value, problem::Cell cell)
{
    sweep::find_coordinate(name)->set(cell, value);
    return cell;
}

}  // namespace

TEST_CASE("every parameter is a coordinate that sets itself", "[sweep]")
{
    for (const problem::Parameter& parameter : problem::parameters()) {
        const auto coordinate = sweep::find_coordinate(parameter.name);
        REQUIRE(coordinate != nullptr);
        CHECK(coordinate->parameter == &parameter);
        CHECK(with(std::string(parameter.name), 3, {}).*parameter.member == 3);
    }
}

TEST_CASE("ell, b, a and r determine lambda, T0, n and alpha", "[sweep]")
{
    CHECK(with("ell", 0.5, {.T = 100}).lambda == Approx(0.1));
    CHECK(with("ell", 0, {.T = 100}).lambda == 1);
    CHECK(with("b", 0.5, {.T = 1000}).T0 == Approx(std::sqrt(1000)));
    CHECK(with("a", 0.5, {.T = 1000}).n == Approx(std::sqrt(1000)));
    CHECK(with("r", 1, {.beta = 1.5}).alpha == Approx(2.5));
    CHECK(with("r", 0.5, {.beta = 1.5}).alpha == Approx(1));
}

TEST_CASE("coordinates have distinct names, and an unknown name is none", "[sweep]")
{
    std::set<std::string_view> names;
    for (const sweep::Coordinate& coordinate : sweep::coordinates()) CHECK(names.insert(coordinate.name).second);
    CHECK(sweep::find_coordinate("gamma") == nullptr);
}

TEST_CASE("derived coordinates follow T and beta through a grid, whatever the order of the axes", "[sweep]")
{
    const sweep::Grid grid({test::axis("ell", "0.5, 1"), test::axis("r", "1"), test::axis("b", "0.5"), test::axis("n", "0"),
                            test::axis("d", "10"), test::axis("T", "100, 400"), test::axis("beta", "1, 2")});
    for (std::size_t index = 0; index < grid.cells(); ++index) {
        const problem::Cell cell = grid.cell(sweep::CellIndex{index});
        CHECK(cell.T0 == std::round(std::sqrt(cell.T)));
        CHECK(cell.alpha == Approx(1 + cell.beta));
    }
    CHECK(grid.cell(sweep::CellIndex{0}).lambda == Approx(0.1));
    CHECK(grid.cell(sweep::CellIndex{1}).lambda == Approx(0.01));
    CHECK(grid.cell(sweep::CellIndex{2}).lambda == Approx(0.05));
}
