#include "collapse/sweep/family.hpp"

#include <random>

#include <catch2/catch.hpp>

#include "collapse/sweep/pace.hpp"
#include "collapse/sweep/schedule.hpp"
#include "collapse/sweep/shard.hpp"
#include "support/sweeps.hpp"

// Rows that differ in sigma and sigma0 alone: one draw serves them all, and no number feels it.

namespace sweep_family_test {

using namespace collapse;
using sweep::Evaluate;
using sweep::Grid;
using sweep::Plan;
using sweep::RowIndex;
using sweep::RowState;
using sweep::Schedule;
using sweep::Settings;
using sweep::Task;
using test::bits_of;
using test::RowBits;
using test::small_settings;

namespace {

const test::Axes levels{{"T", "6, 15"}, {"sigma", "0, 0.3, 2"}, {"sigma0", "0, 0.5"}};

/// Every row by an evaluation of its own.
std::vector<RowBits> one_by_one(const Settings& settings)
{
    const Grid grid(settings.axes);
    std::vector<RowBits> rows;
    for (RowIndex row{0}; row.value < grid.rows(); ++row) {
        auto result = Evaluate(settings, grid)({row, {0, settings.simulation.replicates}, true});
        rows.push_back(bits_of({settings.simulation.replicates, std::move(result.sums), std::move(result.predictions), 0, true}));
    }
    return rows;
}

double seconds_of_draws(const sweep::TaskResult& result)
{
    return result.phases[static_cast<std::size_t>(support::Phase::sampling)] +
           result.phases[static_cast<std::size_t>(support::Phase::factorisation)];
}

/// Hands out and evaluates everything, and returns the replicates that were drawn and those that followed.
std::pair<std::int64_t, std::int64_t> run(Schedule& schedule, const Evaluate& evaluate)
{
    std::int64_t drawn = 0, followed = 0;
    while (!schedule.finished()) {
        std::vector<Task> batch;
        while (schedule.next_follows() || batch.empty()) batch.push_back(*schedule.next());
        for (const Task& task : batch) {
            CHECK(task.follows == (&task != batch.data()));
            CHECK(task.replicates == batch.front().replicates);
            (task.follows ? followed : drawn) += task.replicates.count();
            schedule.complete(evaluate(task));
        }
    }
    return {drawn, followed};
}

}  // namespace

TEST_CASE("One draw gives every pair of levels the bits that it has by itself", "[sweep]")
{
    for (const auto noise : {protocol::LabelNoise::drawn, protocol::LabelNoise::averaged}) {
        Settings settings = small_settings(levels);
        settings.simulation.noise = noise;
        CHECK(test::serial(settings) == one_by_one(settings));
    }
}

TEST_CASE("What follows draws nothing", "[sweep]")
{
    const Settings settings = small_settings(levels);
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    const Plan plan = make_plan(settings, grid);
    CHECK(plan.families() == 2);
    CHECK(plan.simulated_rows() == 12);
    const RowIndex first = plan.family_of(RowIndex{3}), other{3};
    REQUIRE(first != other);
    CHECK(seconds_of_draws(evaluate({first, {0, 5}})) > 0);
    CHECK(seconds_of_draws(evaluate({other, {0, 5}})) == 0);
    CHECK(seconds_of_draws(evaluate({other, {0, 6}})) > 0);  // other replicates
    CHECK(seconds_of_draws(evaluate({first, {0, 6}})) == 0);
    CHECK(seconds_of_draws(evaluate({RowIndex{plan.family_of(RowIndex{0}) == first ? grid.rows() - 1 : 0}, {0, 6}})) > 0);
}

TEST_CASE("A sweep costs what its families cost", "[sweep]")
{
    const Settings one = small_settings({{"T", "6, 15"}, {"sigma", "0.3"}, {"sigma0", "0.5"}});
    const Settings many = small_settings(levels);
    const Grid grid_of_one(one.axes), grid(many.axes);
    const double sums = sweep::pace::seconds_per_form * static_cast<double>(grid.cells() * 12);  // of 12 replicates
    CHECK(make_plan(many, grid).seconds() == Approx(make_plan(one, grid_of_one).seconds() + sums));
}

TEST_CASE("What a family costs is measured at families that remember nothing of each other", "[sweep]")
{
    std::string many = "0";
    for (int i = 1; i < 960; ++i) many += fmt::format(", {}", i);  // 15 families of the same draws
    const auto cost = [](const std::string& sigma) {
        const Settings settings =
            small_settings({{"T", "60"}, {"d", "40"}, {"T0", "50"}, {"lambda", "0.1"}, {"n", "3"}, {"sigma", sigma}}, 1000);
        const Grid grid(settings.axes);
        const Plan plan = make_plan(settings, grid);
        return measure_speed(settings, grid, plan, 2) * plan.seconds();
    };
    CHECK(cost(many) > 10 * cost("0.3"));
}

TEST_CASE("The rows of a family are handed out together", "[sweep]")
{
    const Settings settings = small_settings(levels, 23);
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    Schedule schedule(settings, grid, make_plan(settings, grid), std::vector<RowState>(grid.rows()));
    CHECK(run(schedule, evaluate) == std::pair<std::int64_t, std::int64_t>(2 * 23, 10 * 23));
    CHECK(schedule.progress().core_seconds_left == 0);
}

TEST_CASE("Rows of a family that lag behind catch up first", "[sweep]")
{
    const Settings settings = small_settings({{"T", "15"}, {"sigma", "0, 0.3, 2"}}, 24);
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    std::vector<RowState> states(grid.rows());
    for (const auto& [row, count] : {std::pair<std::size_t, std::int64_t>{0, 24}, {1, 10}}) {
        auto result = evaluate({RowIndex{row}, {0, count}, true});
        states[row] = {count, std::move(result.sums), std::move(result.predictions), 0, count == 24};
    }
    Schedule schedule(settings, grid, make_plan(settings, grid), states);
    CHECK(run(schedule, evaluate) == std::pair<std::int64_t, std::int64_t>(24, 14));
    const auto expected = test::serial(settings);
    CHECK(bits_of(schedule.state(RowIndex{1})) == expected[1]);
    CHECK(bits_of(schedule.state(RowIndex{2})) == expected[2]);
}

TEST_CASE("Families that stop at a precision, on any number of ranks, give the bits of each row by itself", "[sweep]")
{
    Settings settings = small_settings({{"T0", "30"}, {"T", "15, 30"}, {"lambda", "0.1"}, {"sigma", "0, 0.3, 2"}});
    settings.simulation = {.replicates = 150, .precision = 0.12, .min_replicates = 10};
    settings = sweep::validated(settings);
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    std::vector<std::vector<RowBits>> outcomes;
    std::vector<std::int64_t> replicates;
    for (const unsigned seed : {0u, 1u, 2u, 3u}) {
        Schedule schedule(settings, grid, make_plan(settings, grid), std::vector<RowState>(grid.rows()));
        std::mt19937 generator(seed);
        std::vector<Task> under_way;
        while (!schedule.finished()) {
            while (const auto task = schedule.next()) under_way.push_back(*task);
            REQUIRE_FALSE(under_way.empty());
            if (seed > 0) std::ranges::shuffle(under_way, generator);
            if (seed > 1 && generator() % 4 == 0) schedule.abandon(under_way.back());
            else schedule.complete(evaluate(under_way.back()));
            under_way.pop_back();
        }
        std::vector<RowBits> rows;
        for (RowIndex row{0}; row.value < grid.rows(); ++row) rows.push_back(bits_of(schedule.state(row)));
        outcomes.push_back(rows);
    }
    for (const auto& rows : outcomes) CHECK(rows == outcomes.front());
    bool differ = false;
    for (const RowBits& row : outcomes.front()) differ = differ || row.replicates != outcomes.front().front().replicates;
    CHECK(differ);  // or nothing was tested
}

TEST_CASE("A family has no more rows than may travel together, and stays in one shard", "[sweep]")
{
    std::string many = "0";
    for (int i = 1; i < 100; ++i) many += fmt::format(", {}", i);
    const Settings settings = small_settings({{"T", "6, 15, 20"}, {"sigma", many}});
    const Grid grid(settings.axes);
    const Plan plan = make_plan(settings, grid);
    CHECK(plan.families() == 6);
    std::vector<int> owners(grid.rows());
    for (const std::size_t number : {1u, 2u, 3u}) {
        const Plan part = take_shard(plan, {number, 3});
        for (RowIndex row{0}; row.value < grid.rows(); ++row) {
            owners[row.value] += part.rows[row.value].ours;
            CHECK(part.rows[row.value].ours == part.rows[plan.family_of(row).value].ours);
        }
    }
    CHECK(owners == std::vector<int>(grid.rows(), 1));
}

}  // namespace sweep_family_test
