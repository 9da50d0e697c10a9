#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include "support/parameter_sets.hpp"
#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using protocol::Row;
using simulate::CellSums;
using simulate::Replicates;
using support::Reason;
using support::Table;

namespace {

const protocol::Protocol& replace() { return protocol::protocol_called("replace"); }

const Row small_row{
    {.alpha = 0.5, .beta = 0.5, .T = 12, .d = 20, .T0 = 15, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.4}, {0, 0.1, 1}, {0, 1, 3}};

Table<CellSums> simulated(const Row& row, Replicates replicates)
{
    support::Meter meter;
    return simulate::simulate_block(replace().levelled(row, {}), {}, row, simulate::key_of(5, {}, "replace", row), replicates,
                                    meter);
}

void append(Table<CellSums>& sums, const Table<CellSums>& more)
{
    for (std::size_t cell = 0; cell < sums.size(); ++cell) sums[cell].moments.add(more[cell].moments);
}

}  // namespace

TEST_CASE("a block has the same bits as any partition of it", "[simulate]")
{
    const auto whole = simulated(small_row, {0, 20});
    for (const std::vector<std::int64_t>& cuts : {std::vector<std::int64_t>{0, 1, 20}, {0, 7, 13, 20}, {0, 5, 5, 10, 19, 20}}) {
        Table<CellSums> sums = simulated(small_row, {0, 0});
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i) append(sums, simulated(small_row, {cuts[i], cuts[i + 1]}));
        for (std::size_t cell = 0; cell < whole.size(); ++cell) {
            CHECK(sums[cell].moments.stored() == whole[cell].moments.stored());
            CHECK(whole[cell].failure == Reason::none);
        }
    }
}

TEST_CASE("a block is the mean of its replicates", "[simulate]")
{
    const auto sums = simulated(small_row, {0, 20});
    for (std::size_t i = 0; i < small_row.lambda.size(); ++i)
        for (std::size_t j = 0; j < small_row.generations.size(); ++j) {
            const auto samples = test::simulated(replace(), small_row.at(i, j), {}, 20, 5);
            const auto mean = sums(i, j).moments.mean(20);
            CHECK(mean.test_error == Approx(test::summarise(samples.test_error).mean).epsilon(test::rounding));
            CHECK(mean.bias == Approx(test::summarise(samples.bias).mean).epsilon(test::rounding).margin(1e-25));
            CHECK(mean.variance == Approx(test::summarise(samples.variance).mean).epsilon(test::rounding));
            CHECK(sums(i, j).moments.standard_error(20) ==
                  Approx(test::summarise(samples.test_error).standard_error()).epsilon(test::rounding));
        }
}

TEST_CASE("cells that cannot be simulated say why, and the others of their row are simulated", "[simulate]")
{
    Row row = small_row;
    row.cell.T = row.cell.d = 20;  // without ridge: the interpolation threshold
    row.generations = {0, INFINITY};
    const auto sums = simulated(row, {0, 3});
    CHECK(sums(0, 0).failure == Reason::infinite_error);
    CHECK(sums(0, 1).failure == Reason::theory_only);
    CHECK(sums(1, 0).failure == Reason::none);
    CHECK(sums(1, 0).moments.mean(3).test_error > 0);
    CHECK(sums(1, 1).failure == Reason::theory_only);
}

TEST_CASE("numbers that overflow mark their cells as not finite, and only those", "[simulate]")
{
    Row row = small_row;
    row.cell.sigma = 0;
    row.cell.sigma0 = 1e200;  // its square is infinite; real labels are free of it
    const auto sums = simulated(row, {0, 3});
    for (std::size_t i = 0; i < row.lambda.size(); ++i) {
        CHECK(sums(i, 0).failure == Reason::none);
        CHECK(sums(i, 1).failure == Reason::non_finite);
    }
}

TEST_CASE("a task that does not fit into memory marks its cells, and throws nothing", "[simulate]")
{
    Row row{{.alpha = 0, .beta = 1, .T = 4e6, .d = 5e6, .sigma = 0}, {0.1}, {0}};  // 160 TB: beyond any address space of today
    CHECK(simulated(row, {0, 1})(0, 0).failure == Reason::out_of_memory);
}
