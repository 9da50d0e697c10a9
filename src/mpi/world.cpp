#include "collapse/mpi/world.hpp"

#include <array>
#include <cstdlib>

#include <mpi.h>
#include <unistd.h>

#include "collapse/mpi/wait.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::mpi {

World::World()
{
    // Only the main thread talks; a second thread computes.
    int provided = 0;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS || provided < MPI_THREAD_FUNNELED)
        throw support::SystemFailure("MPI cannot be initialised with MPI_THREAD_FUNNELED; use an MPI library built with threads");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

World::~World() { MPI_Finalize(); }

std::string World::broadcast(std::string text) const
{
    auto length = static_cast<unsigned long long>(text.size());
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibcast(&length, 1, MPI_UNSIGNED_LONG_LONG, 0, MPI_COMM_WORLD, &request);
    wait_idly(&request);
    text.resize(length);
    MPI_Ibcast(text.data(), static_cast<int>(length), MPI_CHAR, 0, MPI_COMM_WORLD, &request);
    wait_idly(&request);
    return text;
}

std::vector<std::string> World::gather(const std::string& text) const
{
    constexpr int width = 512;
    std::array<char, width> mine{};
    text.copy(mine.data(), width - 1);
    std::vector<char> all(is_root() ? static_cast<std::size_t>(width * size_) : 0);
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Igather(mine.data(), width, MPI_CHAR, all.data(), width, MPI_CHAR, 0, MPI_COMM_WORLD, &request);
    wait_idly(&request);
    std::vector<std::string> texts;
    for (std::size_t start = 0; start < all.size(); start += width) texts.emplace_back(&all[start]);
    return texts;
}

void World::barrier() const
{
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    wait_idly(&request);
}

void World::quit(int status, const std::function<void()>& meanwhile) const
{
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    wait_idly(&request, meanwhile);
    MPI_Finalize();
    std::fflush(nullptr);
    _exit(status);
}

void World::abort(int status) const
{
    MPI_Abort(MPI_COMM_WORLD, status);
    std::abort();
}

std::string World::library()
{
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    const std::string all(text.data(), static_cast<std::size_t>(length));
    return all.substr(0, all.find(','));
}

}  // namespace collapse::mpi
