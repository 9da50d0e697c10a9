#include "collapse/mpi/world.hpp"

#include <array>
#include <cstdlib>

#include <mpi.h>
#include <unistd.h>

#include "collapse/mpi/wait.hpp"
#include "collapse/support/failure.hpp"
#include "launcher.hpp"

namespace collapse::mpi {

namespace {

/// Each of these processes would compute the whole sweep, and all would write the same file.
[[noreturn]] void refuse_unconnected(const Launch& launch)
{
    throw support::SystemFailure(fmt::format(
        "{} = {}, but MPI connects this process to no other: {}; for independent processes unset {}", launch.variable,
        launch.processes,
        launch.slurm
            ? fmt::format("this program is linked with {}; start it by `srun --mpi=pmix` (`srun --mpi=list` shows what there is)",
                          World::library())
            : fmt::format("the launcher is not that of {}, with which this program is linked; use its mpirun", World::library()),
        launch.variable));
}

}  // namespace

World::World()
{
    const Launch launch = launch_of_this_process();
    // Open MPI, started by srun without PMI, would end the process with a page of its own words.
    if (!launch.connected && launch.processes > 1 && library().starts_with("Open MPI")) refuse_unconnected(launch);
    if (!launch.connected && launch.idle > 1)
        remark_ = fmt::format(
            "SLURM_NTASKS = {}, but this process computes alone; to compute with all tasks start it by `srun --mpi=pmix`",
            launch.idle);
    if (!launch.connected && launch.processes == 1) return;
    // Only the main thread talks; a second thread computes.
    int provided = 0;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS || provided < MPI_THREAD_FUNNELED)
        throw support::SystemFailure("MPI cannot be initialised with MPI_THREAD_FUNNELED; use an MPI library built with threads");
    started_ = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    if (size_ > 1 || launch.processes == 1) return;
    MPI_Finalize();
    refuse_unconnected(launch);
}

World::~World()
{
    if (started_) MPI_Finalize();
}

std::string World::broadcast(std::string text) const
{
    if (size_ == 1) return text;
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
    if (size_ == 1) return {text};
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
    if (size_ == 1) return;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    wait_idly(&request);
}

void World::quit(int status, const std::function<void()>& meanwhile) const
{
    if (size_ > 1) {
        MPI_Request request = MPI_REQUEST_NULL;
        MPI_Ibarrier(MPI_COMM_WORLD, &request);
        wait_idly(&request, meanwhile);
    }
    if (started_) MPI_Finalize();
    std::fflush(nullptr);
    _exit(status);
}

void World::abort(int status) const
{
    if (started_) MPI_Abort(MPI_COMM_WORLD, status);
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
