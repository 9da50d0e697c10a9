#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "support/sweeps.hpp"

using namespace collapse;
using sweep::Evaluate;
using sweep::Grid;
using sweep::Plan;
using sweep::RowState;
using sweep::Schedule;
using sweep::Settings;
using sweep::Task;
using sweep::TaskResult;
using test::bits_of;
using test::RowBits;
using test::small_settings;

namespace {

/// A plan whose tasks hold about `block` replicates. `complete` reports real times, which then change the length of blocks: all the
/// better, no result may depend on them.
Plan plan_with_blocks(const Settings& settings, const Grid& grid, double block)
{
    Plan plan = make_plan(settings, grid);
    double cheapest = 1;
    for (const Plan::RowPlan& row : plan.rows) cheapest = std::min(cheapest, row.seconds);
    plan.longest_task = block * cheapest;
    return plan;
}

/// Runs a schedule with tasks under way at the same time and results in random order.
std::vector<RowBits> shuffled(const Settings& settings, double block, std::size_t under_way, std::uint64_t seed,
                              std::vector<RowState> resumed = {}, double lost = 0)
{
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    resumed.resize(grid.rows());
    Schedule schedule(settings, grid, plan_with_blocks(settings, grid, block), resumed);
    std::mt19937_64 generator(seed);
    std::vector<Task> tasks;
    while (!schedule.finished()) {
        while (tasks.size() < under_way)
            if (const auto task = schedule.next()) tasks.push_back(*task);
            else break;
        REQUIRE_FALSE(tasks.empty());  // not finished, nothing under way, nothing to hand out: the sweep hangs
        std::swap(tasks.back(), tasks[std::uniform_int_distribution<std::size_t>(0, tasks.size() - 1)(generator)]);
        if (std::bernoulli_distribution(lost)(generator)) schedule.abandon(tasks.back());
        else schedule.complete(evaluate(tasks.back()));
        tasks.pop_back();
    }
    std::vector<RowBits> rows;
    for (std::size_t row = 0; row < grid.rows(); ++row)
        rows.push_back(bits_of(resumed[row].complete ? resumed[row] : schedule.state(sweep::RowIndex{row})));
    return rows;
}

/// A sweep that stops its rows at different numbers of replicates.
Settings precise_settings()
{
    Settings settings = small_settings({{"T0", "30"}, {"T", "3, 6, 15, 30"}});
    settings.simulation = {.replicates = 150, .precision = 0.12, .min_replicates = 10};
    return validated(settings);
}

}  // namespace

TEST_CASE("the tasks of a sweep cover every replicate of every row exactly once, and predict every row once", "[sweep]")
{
    const Settings settings = small_settings({}, 23);
    const Grid grid(settings.axes);
    for (const double block : {0.5, 3., 1000.}) {
        Schedule schedule(settings, grid, plan_with_blocks(settings, grid, block), std::vector<RowState>(grid.rows()));
        std::vector<std::vector<int>> covered(grid.rows(), std::vector<int>(23));
        std::vector<int> predicted(grid.rows());
        while (const auto task = schedule.next()) {
            for (std::int64_t i = task->replicates.first; i < task->replicates.last; ++i)
                ++covered.at(task->row.value).at(static_cast<std::size_t>(i));
            predicted.at(task->row.value) += task->predict;
        }
        for (std::size_t row = 0; row < grid.rows(); ++row) {
            CHECK(covered[row] == std::vector<int>(23, 1));
            CHECK(predicted[row] == 1);
        }
    }
}

TEST_CASE("results in any order and blocks of any length give the bits of the plain loop", "[sweep]")
{
    const Settings settings = small_settings({}, 23);
    const auto expected = test::serial(settings);
    std::uint64_t seed = 100;
    for (const double block : {0.5, 2., 7., 1000.})
        for (const std::size_t under_way : {1u, 3u, 50u}) CHECK(shuffled(settings, block, under_way, ++seed) == expected);
}

TEST_CASE("tasks of lost ranks are given out again, and the bits are those of the plain loop", "[sweep]")
{
    const Settings settings = small_settings({}, 23);
    CHECK(shuffled(settings, 3, 10, 7, {}, 0.3) == test::serial(settings));
}

TEST_CASE("a sweep of predictions finishes with one task a row", "[sweep]")
{
    const Settings settings = small_settings({{"n", "0, 2, inf"}}, 0);
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    Schedule schedule(settings, grid, make_plan(settings, grid), std::vector<RowState>(grid.rows()));
    std::size_t tasks = 0;
    for (; const auto task = schedule.next(); ++tasks) schedule.complete(evaluate(*task));
    CHECK(tasks == grid.rows());
    CHECK(schedule.finished());
    CHECK(schedule.progress().cells_done == grid.cells());
    CHECK(schedule.progress().fraction() == 1);
}

TEST_CASE("progress counts the cells that are to be computed, and those that a refinement leaves out apart", "[sweep]")
{
    const Settings settings = small_settings({{"T", "6, 10, 15"}}, 3);
    Grid grid(settings.axes);
    std::vector<bool> selection(grid.cells());  // nothing of the first row, all of the second, one cell of the third
    for (std::size_t cell = grid.cells_per_row(); cell <= 2 * grid.cells_per_row(); ++cell) selection[cell] = true;
    grid.select(selection);
    const Evaluate evaluate(settings, grid);
    Schedule schedule(settings, grid, make_plan(settings, grid), std::vector<RowState>(grid.rows()));
    while (const auto task = schedule.next()) schedule.complete(evaluate(*task));
    REQUIRE(schedule.finished());
    const sweep::Progress progress = schedule.progress();
    CHECK(progress.rows == 2);
    CHECK(progress.cells == grid.cells_per_row() + 1);
    CHECK(progress.cells_done == progress.cells);
    CHECK(progress.cells_left_out == 2 * grid.cells_per_row() - 1);
    CHECK(progress.fraction() == 1);
}

TEST_CASE("precision stops a row at the same number of replicates whatever the order and the length of blocks", "[sweep]")
{
    const Settings settings = precise_settings();
    const auto expected = shuffled(settings, 1000, 1, 1);
    std::vector<std::int64_t> counts;
    for (const RowBits& row : expected) counts.push_back(row.replicates);
    CHECK(std::ranges::min(counts) < 150);  // the test means something
    CHECK(std::ranges::all_of(counts, [](std::int64_t count) { return count % 10 == 0; }));
    std::uint64_t seed = 200;
    for (const double block : {0.5, 3., 1000.})
        for (const std::size_t under_way : {1u, 4u, 40u}) CHECK(shuffled(settings, block, under_way, ++seed) == expected);
}

TEST_CASE("a row that precision has stopped is precise at its last look and was not at the one before", "[sweep]")
{
    const Settings settings = precise_settings();
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    const auto stopped = shuffled(settings, 3, 4, 300);
    for (std::size_t row = 0; row < grid.rows(); ++row) {
        const auto worst = [&](std::int64_t count) {
            double largest = 0;
            for (const auto& cell : evaluate({sweep::RowIndex{row}, {0, count}, false}).sums)
                if (cell.failure == support::Reason::none && cell.moments.mean(count).test_error > 0)
                    largest = std::max(largest, cell.moments.standard_error(count) / cell.moments.mean(count).test_error);
            return largest;
        };
        if (stopped[row].replicates < 150) CHECK(worst(stopped[row].replicates) <= 0.12);
        if (stopped[row].replicates > 10) CHECK(worst(stopped[row].replicates - 10) > 0.12);
    }
}

TEST_CASE("a resumed sweep has the bits of one that was never stopped, with and without precision", "[sweep]")
{
    for (const Settings& settings : {small_settings({}, 23), precise_settings()}) {
        const Grid grid(settings.axes);
        const Evaluate evaluate(settings, grid);
        const auto expected = shuffled(settings, 3, 1, 400);
        std::mt19937_64 generator(401);
        for (const int before : {1, 5, 17}) {
            // Stop after some results: what is merged by then is all that the file keeps.
            Schedule schedule(settings, grid, plan_with_blocks(settings, grid, 3), std::vector<RowState>(grid.rows()));
            for (int i = 0; i < before; ++i)
                if (const auto task = schedule.next()) schedule.complete(evaluate(*task));
            std::vector<RowState> kept;
            for (std::size_t row = 0; row < grid.rows(); ++row) kept.push_back(schedule.state(sweep::RowIndex{row}));
            CHECK(shuffled(settings, 2, 5, 402, kept) == expected);
        }
    }
}

TEST_CASE("a complete row is not touched again", "[sweep]")
{
    const Settings settings = small_settings();
    const Grid grid(settings.axes);
    std::vector<RowState> states(grid.rows());
    for (RowState& state : states) state.complete = true;
    states[1].complete = false;
    Schedule schedule(settings, grid, make_plan(settings, grid), states);
    while (const auto task = schedule.next()) CHECK(task->row == sweep::RowIndex{1});
    CHECK(schedule.progress().cells_done == grid.cells() - grid.cells_per_row());
}

TEST_CASE("no task is handed out that is expected to take longer than the time left", "[sweep]")
{
    const Settings settings = small_settings({{"d", "10, 100"}, {"T", "6, 150"}}, 20);
    const Grid grid(settings.axes);
    const Plan plan = make_plan(settings, grid);
    Schedule schedule(settings, grid, plan, std::vector<RowState>(grid.rows()));
    std::vector<double> costs;
    for (std::size_t row = 0; row < grid.rows(); ++row)
        costs.push_back(schedule.expected_seconds({sweep::RowIndex{row}, {0, 1}, true}));
    const double limit = (std::ranges::min(costs) + std::ranges::max(costs)) / 2;
    std::size_t tasks = 0;
    for (; const auto task = schedule.next(limit); ++tasks) CHECK(schedule.expected_seconds(*task) <= limit * (1 + 1e-12));
    CHECK(tasks > 0);
    CHECK(schedule.next());  // what did not fit is still there for whoever has more time
    Schedule late(settings, grid, plan, std::vector<RowState>(grid.rows()));
    CHECK_FALSE(late.next(0));
}

TEST_CASE("a task of a lost rank is not handed out either if it takes longer than the time left", "[sweep]")
{
    const Settings settings = small_settings({{"T", "6"}}, 20);
    const Grid grid(settings.axes);
    Schedule schedule(settings, grid, make_plan(settings, grid), std::vector<RowState>(grid.rows()));
    const auto task = schedule.next();
    REQUIRE(task);
    schedule.abandon(*task);
    CHECK(schedule.next(0.5 * schedule.expected_seconds(*task)) != task);
    CHECK(schedule.next(2 * schedule.expected_seconds(*task)) == task);
}

TEST_CASE("a result that arrives twice counts once", "[sweep]")
{
    const Settings settings = small_settings({}, 23);
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    Schedule schedule(settings, grid, plan_with_blocks(settings, grid, 3), std::vector<RowState>(grid.rows()));
    while (const auto task = schedule.next())
        for (int i = 0; i < 2; ++i) schedule.complete(evaluate(*task));
    CHECK(schedule.finished());
    std::vector<RowBits> rows;
    for (std::size_t row = 0; row < grid.rows(); ++row) rows.push_back(bits_of(schedule.state(sweep::RowIndex{row})));
    CHECK(rows == test::serial(settings));
}

TEST_CASE("the dearest rows come first", "[sweep]")
{
    const Settings settings = small_settings({{"T", "5:50:15"}, {"d", "10, 20"}}, 2);
    const Grid grid(settings.axes);
    const Plan plan = make_plan(settings, grid);
    Schedule schedule(settings, grid, plan, std::vector<RowState>(grid.rows()));
    double last = INFINITY;
    while (const auto task = schedule.next()) {
        CHECK(plan.rows[task->row.value].seconds <= last);
        last = plan.rows[task->row.value].seconds;
    }
}

TEST_CASE("progress counts every cell once and its fraction never falls to the end", "[sweep]")
{
    const Settings settings = small_settings({{"T", "6, 10, 15"}}, 10);  // T = d: a cell without ridge is skipped, not failed
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    Schedule schedule(settings, grid, plan_with_blocks(settings, grid, 3), std::vector<RowState>(grid.rows()));
    CHECK(schedule.progress().cells == grid.cells());
    CHECK(schedule.progress().cells_done == 0);
    while (const auto task = schedule.next()) schedule.complete(evaluate(*task));
    CHECK(schedule.progress().cells_done == grid.cells());
    CHECK(schedule.progress().cells_failed == 0);
    CHECK(schedule.progress().fraction() == 1);
    CHECK(schedule.progress().core_seconds_left == 0);
}

TEST_CASE("the sums of a cell that fails are those of the replicates before, however the replicates were cut", "[sweep]")
{
    const Settings settings = small_settings({{"T", "6"}, {"lambda", "0.1"}, {"n", "1"}}, 20);
    const Grid grid(settings.axes);
    // Replicate i has the test error i; replicate 3 fails. This is what simulate_block makes of replicates first..last.
    const auto result = [](const Task& task) {
        TaskResult made{task, {}, {}, {}, 0, {}};
        made.sums = {1, 1};
        made.predictions = {1, 1};
        for (std::int64_t i = task.replicates.first; i < task.replicates.last; ++i) {
            if (i == 3) made.sums[0].failure = support::Reason::singular;
            const auto error = static_cast<double>(i);
            if (made.sums[0].failure == support::Reason::none) made.sums[0].moments.add({error, error, error});
        }
        return made;
    };
    std::vector<RowBits> outcomes;
    for (const double block : {1000., 2., 5.}) {
        Schedule schedule(settings, grid, plan_with_blocks(settings, grid, block), std::vector<RowState>(1));
        while (const auto task = schedule.next()) schedule.complete(result(*task));
        outcomes.push_back(bits_of(schedule.state(sweep::RowIndex{0})));
        CHECK(outcomes.back().cells[0].failure == support::Reason::singular);
    }
    CHECK(outcomes[1].cells == outcomes[0].cells);
    CHECK(outcomes[2].cells == outcomes[0].cells);
}

TEST_CASE("failed cells are counted and the sweep goes on", "[sweep]")
{
    const Settings settings = small_settings({{"sigma0", "0.5, 1e200"}});  // overflows in every cell with n > 0
    const Grid grid(settings.axes);
    const Evaluate evaluate(settings, grid);
    Schedule schedule(settings, grid, make_plan(settings, grid), std::vector<RowState>(grid.rows()));
    while (const auto task = schedule.next()) schedule.complete(evaluate(*task));
    CHECK(schedule.finished());
    CHECK(schedule.progress().cells_failed == grid.cells() / 2 * 2 / 3);
    CHECK(schedule.progress().cells_done == grid.cells() - schedule.progress().cells_failed);
}
