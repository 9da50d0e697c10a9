#include <catch2/catch.hpp>

#include "collapse/mpi/wire.hpp"
#include "support/sweeps.hpp"

using namespace collapse;

TEST_CASE("a selection of cells arrives as it was sent, eight cells a byte", "[wire]")
{
    for (const std::size_t size : {0u, 1u, 7u, 8u, 9u, 64u, 1001u}) {
        std::vector<bool> selection(size);
        for (std::size_t cell = 0; cell < size; ++cell) selection[cell] = cell * cell % 7 < 3;
        const std::string bytes = mpi::pack(selection);
        CHECK(bytes.size() <= size / 8 + 1 + 2 * sizeof(std::size_t));
        CHECK(mpi::unpack_selection(bytes) == selection);
    }
}

TEST_CASE("tasks and results arrive as they were sent", "[wire]")
{
    const std::vector<sweep::Task> tasks{{sweep::RowIndex{0}, {0, 2}, true}, {sweep::RowIndex{1}, {2, 5}, false}};
    CHECK(mpi::unpack_tasks(mpi::pack(tasks)) == tasks);

    const sweep::Settings settings = test::small_settings();
    const sweep::Grid grid(settings.axes);
    const sweep::Evaluate evaluate(settings, grid);
    const std::vector<sweep::TaskResult> sent{evaluate(tasks[0]), evaluate(tasks[1])};
    const std::string bytes = mpi::pack(sent);
    CHECK(mpi::pack(mpi::unpack_results(bytes)) == bytes);
}

TEST_CASE("a message that is cut short is not taken for a whole one", "[wire]")
{
    const std::string bytes = mpi::pack(std::vector<bool>(20, true));
    CHECK_THROWS(mpi::unpack_selection(bytes.substr(0, bytes.size() - 1)));
    CHECK_THROWS(mpi::unpack_tasks(mpi::pack(std::vector<sweep::Task>(2)).substr(0, 20)));
}
