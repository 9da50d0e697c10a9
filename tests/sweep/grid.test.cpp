#include <catch2/catch.hpp>

#include "support/sweeps.hpp"

using namespace collapse;
using Catch::Contains;
using sweep::Grid;
using test::axis;

namespace {

Grid small_grid()
{
    return Grid({axis("n", "0, 3"), axis("lambda", "0, 0.1, 1"), axis("T", "10, 20"), axis("beta", "0.5"), axis("alpha", "1, 2"),
                 axis("sigma", "0.1, 0.2"), axis("d", "8")});
}

std::vector<std::string> names(const std::vector<const sweep::Axis*>& axes)
{
    std::vector<std::string> result;
    for (const sweep::Axis* entry : axes) result.emplace_back(entry->name());
    return result;
}

}  // namespace

TEST_CASE("cells are numbered in storage order: extra axes, alpha, beta, T, lambda, n, the last running fastest", "[sweep]")
{
    const Grid grid = small_grid();
    CHECK(grid.cells() == 48);
    CHECK(grid.rows() == 8);
    CHECK(grid.cells_per_row() == 6);
    std::size_t index = 0;
    for (const double sigma : {0.1, 0.2})
        for (const double alpha : {1., 2.})
            for (const double T : {10., 20.})
                for (const double lambda : {0., 0.1, 1.})
                    for (const double n : {0., 3.}) {
                        const problem::Cell cell = grid.cell(sweep::CellIndex{index++});
                        CHECK(cell.sigma == sigma);
                        CHECK(cell.alpha == alpha);
                        CHECK(cell.beta == 0.5);
                        CHECK(cell.T == T);
                        CHECK(cell.lambda == lambda);
                        CHECK(cell.n == n);
                        CHECK(cell.d == 8);
                    }
}

TEST_CASE("a row holds the cells that are neighbours in storage", "[sweep]")
{
    const Grid grid = small_grid();
    for (std::size_t index = 0; index < grid.rows(); ++index) {
        const protocol::Row row = grid.row(sweep::RowIndex{index});
        REQUIRE(row.size() == grid.cells_per_row());
        CHECK(std::isnan(row.cell.lambda));
        CHECK(std::isnan(row.cell.n));
        for (std::size_t i = 0; i < row.lambda.size(); ++i)
            for (std::size_t j = 0; j < row.generations.size(); ++j) {
                const problem::Cell cell = grid.cell(grid.cell_of(sweep::RowIndex{index}, i * row.generations.size() + j));
                CHECK(row.at(i, j).lambda == cell.lambda);
                CHECK(row.at(i, j).n == cell.n);
                CHECK(row.at(i, j).T == cell.T);
            }
    }
}

TEST_CASE("the dimensions of the file are the core axes and whatever has more than one value", "[sweep]")
{
    CHECK(names(small_grid().dimensions()) == std::vector<std::string>{"sigma", "alpha", "beta", "T", "lambda", "n"});
    CHECK(names(small_grid().scalars()) == std::vector<std::string>{"d"});
}

TEST_CASE("two axes for one parameter, a missing one, an empty one and too many cells are refused", "[sweep]")
{
    const auto core = [] {
        return std::vector{axis("alpha", "1"), axis("beta", "1"), axis("T", "9"), axis("lambda", "0"), axis("n", "0")};
    };
    auto twice = core(), missing = core(), empty = core(), huge = core();
    twice.push_back(axis("r", "0.5"));
    missing.pop_back();
    empty[3].values.clear();
    for (sweep::Axis& entry : huge) entry.values.resize(20'000);
    CHECK_THROWS_WITH(Grid(twice), Contains("grid.alpha and grid.r both determine alpha"));
    CHECK_THROWS_WITH(Grid(missing), Contains("grid.n is missing"));
    CHECK_THROWS_WITH(Grid(empty), Contains("grid.lambda is an empty list"));
    CHECK_THROWS_WITH(Grid(huge), Contains("cells") && Contains("give shorter lists"));
}

TEST_CASE("a cell beyond the grid is our bug", "[sweep]")
{
    CHECK_THROWS_AS(small_grid().row(sweep::RowIndex{8}), support::BrokenInvariant);
}
