#include <catch2/catch.hpp>

#include "support/sweeps.hpp"

using namespace collapse;
using support::Reason;

TEST_CASE("the same task gives the same bits every time", "[sweep]")
{
    const auto settings = test::small_settings();
    CHECK(test::serial(settings) == test::serial(settings));
}

TEST_CASE("a task predicts only when asked", "[sweep]")
{
    const auto settings = test::small_settings();
    const sweep::Grid grid(settings.axes);
    const sweep::Evaluate evaluate(settings, grid);
    const sweep::TaskResult with = evaluate({sweep::RowIndex{1}, {0, 2}, true}),
                            without = evaluate({sweep::RowIndex{1}, {0, 2}, false});
    CHECK(with.predictions.size() == grid.cells_per_row());
    CHECK(without.predictions.size() == 0);
    CHECK(with.message.empty());
    CHECK(with.seconds > 0);
}

TEST_CASE("a sweep of predictions simulates nothing", "[sweep]")
{
    const auto settings = test::small_settings({}, 0);
    const sweep::Grid grid(settings.axes);
    const sweep::TaskResult result = sweep::Evaluate(settings, grid)({sweep::RowIndex{0}, {0, 0}, true});
    CHECK(result.sums.size() == 0);
    CHECK(result.predictions.size() == grid.cells_per_row());
}

TEST_CASE("a prediction that throws fails its row, with and without a simulation", "[sweep]")
{
    for (const std::int64_t replicates : {0, 2}) {
        auto settings = test::small_settings({}, replicates);
        settings.protocol = "unheard_of";  // settings that were not validated
        const sweep::Grid grid(settings.axes);
        const sweep::TaskResult result = sweep::Evaluate(settings, grid)({sweep::RowIndex{0}, {0, replicates}, true});
        CHECK_THAT(result.message, Catch::Contains("unheard_of"));
        REQUIRE(result.sums.size() == grid.cells_per_row());
        for (const auto& cell : result.sums) CHECK(cell.failure == Reason::exception);
    }
}

TEST_CASE("an exception marks every cell of the task and leaves its message", "[sweep]")
{
    auto settings = test::small_settings();
    settings.model.spectrum = "unheard_of";  // settings that were not validated
    const sweep::Grid grid(settings.axes);
    const sweep::TaskResult result = sweep::Evaluate(settings, grid)({sweep::RowIndex{0}, {0, 2}, true});
    CHECK_THAT(result.message, Catch::Contains("unheard_of"));
    REQUIRE(result.sums.size() == grid.cells_per_row());
    for (const auto& cell : result.sums) CHECK(cell.failure == Reason::exception);
    REQUIRE(result.predictions.size() == grid.cells_per_row());
    for (const auto& prediction : result.predictions) CHECK(std::isnan(prediction.asymptotic.test_error));
}
