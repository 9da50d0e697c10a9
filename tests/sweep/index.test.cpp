#include "collapse/sweep/index.hpp"

#include <map>

#include <catch2/catch.hpp>

#include "collapse/sweep/grid.hpp"
#include "support/sweeps.hpp"

using namespace collapse;
using sweep::CellIndex;
using sweep::MemberIndex;
using sweep::RowIndex;

namespace {

template <class One, class Other>
concept can_be_added = requires(One one, Other other)
{
    one + other;
};

template <class Number>
concept names_a_row = requires(const sweep::Grid& grid, Number number)
{
    grid.row(number);
};

template <class Number>
concept names_a_cell = requires(const sweep::Grid& grid, Number number)
{
    grid.cell(number);
};

}  // namespace

TEST_CASE("the number of a row is none of a cell, and neither is a plain number", "[sweep]")
{
    STATIC_REQUIRE(names_a_row<RowIndex>);
    STATIC_REQUIRE(names_a_cell<CellIndex>);
    STATIC_REQUIRE_FALSE(names_a_row<CellIndex>);
    STATIC_REQUIRE_FALSE(names_a_cell<RowIndex>);
    STATIC_REQUIRE_FALSE(names_a_cell<std::size_t>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<RowIndex, CellIndex>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<MemberIndex, RowIndex>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<RowIndex, std::size_t>);
    STATIC_REQUIRE_FALSE(can_be_added<RowIndex, CellIndex>);
    STATIC_REQUIRE_FALSE(can_be_added<RowIndex, std::size_t>);
}

TEST_CASE("a cell's number and its place in its row are two ways to say the same", "[sweep]")
{
    const sweep::Grid grid = test::small_settings().grid();
    REQUIRE(grid.rows() > 1);
    for (CellIndex cell{0}; cell.value < grid.cells(); ++cell) {
        CHECK(grid.cell_of(grid.row_of(cell), grid.within_row(cell)) == cell);
        CHECK(grid.row_of(cell).value < grid.rows());
        CHECK(grid.within_row(cell) < grid.cells_per_row());
    }
    const std::map<RowIndex, int> ordered{{RowIndex{2}, 2}, {RowIndex{1}, 1}};
    CHECK(ordered.begin()->second == 1);
}
