#include "collapse/sweep/shard.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace collapse;
using sweep::Plan;

namespace {

/// Rows of quadratically growing cost, as over an axis d.
Plan sample_plan(std::size_t rows)
{
    Plan plan;
    for (std::size_t row = 0; row < rows; ++row)
        plan.rows.push_back({.seconds = static_cast<double>(row * row), .bytes = 8, .replicates = 10});
    return plan;
}

}  // namespace

TEST_CASE("Every row belongs to one shard")
{
    const std::size_t count = GENERATE(1u, 2u, 3u, 7u, 40u);
    std::vector<int> owners(25, 0);
    for (std::size_t number = 1; number <= count; ++number) {
        const Plan plan = take_shard(sample_plan(owners.size()), {number, count});
        for (std::size_t row = 0; row < owners.size(); ++row) owners[row] += plan.rows[row].ours;
    }
    CHECK(std::ranges::all_of(owners, [](int owner) { return owner == 1; }));
}

TEST_CASE("Shards cost about the same")
{
    const double share = sample_plan(100).seconds() / 4;
    for (std::size_t number = 1; number <= 4; ++number) {
        const Plan plan = take_shard(sample_plan(100), {number, 4});
        CHECK(plan.seconds() == Approx(share).epsilon(0.02));
        CHECK(plan.tasks() >= 25);
    }
}
