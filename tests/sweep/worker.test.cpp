#include "collapse/sweep/worker.hpp"

#include <catch2/catch.hpp>

#include <new>

using namespace collapse;
using namespace std::chrono_literals;

TEST_CASE("a worker gives back the results of a batch together", "[sweep]")
{
    sweep::Worker worker([](const sweep::Task& task) {
        sweep::TaskResult result;
        result.task = task;
        return result;
    });
    worker.give({{sweep::RowIndex{3}, {0, 1}, false}, {sweep::RowIndex{4}, {0, 1}, false}});
    const auto results = worker.take(1min);
    REQUIRE(results.has_value());
    REQUIRE(results->size() == 2);
    CHECK((*results)[0].task.row == sweep::RowIndex{3});
    CHECK((*results)[1].task.row == sweep::RowIndex{4});
    CHECK_FALSE(worker.take(0ms).has_value());
}

TEST_CASE("what a computation throws comes out where its results are taken", "[sweep]")
{
    sweep::Worker worker([](const sweep::Task&) -> sweep::TaskResult { throw std::bad_alloc(); });
    worker.give({{sweep::RowIndex{3}, {0, 1}, false}});
    CHECK_THROWS_AS(worker.take(1min), std::bad_alloc);
    worker.give({{sweep::RowIndex{4}, {0, 1}, false}});
    CHECK_THROWS_AS(worker.take(1min), std::bad_alloc);
}
