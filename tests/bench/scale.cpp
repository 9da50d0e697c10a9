/// A sweep over real ranks whose tasks sleep: messages, rank 0 and its polling are those of the program, and many ranks fit on a few
/// cores. Prints what analysis/collapse_analysis/scale.py predicts.
///
///     mpirun -n RANKS build/bench_scale CONFIG TASK_SECONDS [TASKS_PER_RANK]
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "bench/stand_in.hpp"
#include "collapse/app/config.hpp"
#include "collapse/mpi/crew.hpp"
#include "collapse/mpi/wire.hpp"
#include "collapse/numerics/blas.hpp"

using namespace collapse;

namespace {

constexpr double spread = 0.2;  ///< relative deviation of the time of a task, as scale.py has it

double seconds_of(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Sleeps for about `seconds` a task, and answers with the sample.
struct Sleep {
    sweep::TaskResult sample;
    double seconds;

    sweep::TaskResult operator()(const sweep::Task& task) const
    {
        std::minstd_rand engine(static_cast<unsigned>(1 + 1000003 * task.row + static_cast<std::size_t>(task.replicates.first)));
        engine.discard(10);
        const double width = std::sqrt(3.0) * spread, start = seconds_of(CLOCK_MONOTONIC);
        std::this_thread::sleep_for(
            std::chrono::duration<double>(seconds * std::uniform_real_distribution(1 - width, 1 + width)(engine)));
        return bench::answer(sample, task, seconds_of(CLOCK_MONOTONIC) - start);
    }
};

/// Adds up the time that the ranks spend on tasks.
struct BusyTime final : bench::NoWatch {
    void task_done(const sweep::TaskResult& result) override { seconds += result.seconds; }
    double seconds = 0;
};

}  // namespace

int main(int argc, char** argv)
try {
    numerics::use_one_blas_thread();
    const mpi::World world;
    if (argc < 3) return std::fprintf(stderr, "usage: bench_scale CONFIG TASK_SECONDS [TASKS_PER_RANK]\n"), 2;
    const double task_seconds = std::stod(argv[2]);
    const std::size_t tasks = (argc > 3 ? std::stoul(argv[3]) : 100) * static_cast<std::size_t>(world.size());
    const sweep::Settings settings = app::parse_config({argv[1], app::read_config(argv[1]), {}, {}});
    const sweep::Grid grid = settings.grid();
    sweep::Plan plan = sweep::make_plan(settings, grid);
    std::string sample = world.is_root() ? mpi::pack(std::vector{bench::sample_result(settings, grid, plan)}) : "";
    sample = world.broadcast(std::move(sample));
    const Sleep sleep{mpi::unpack_results(sample).front(), task_seconds};
    if (!world.is_root()) return mpi::serve(world, sleep), 0;

    // A task is one replicate of a row; rows have as many as it takes.
    for (std::size_t row = 0; row < grid.rows(); ++row) {
        const std::size_t share = tasks / grid.rows() + (row < tasks % grid.rows() ? 1 : 0);
        plan.rows[row] = {.seconds = task_seconds, .replicates = static_cast<std::int64_t>(share), .ours = share > 0};
    }
    plan.longest_task = task_seconds;
    sweep::Schedule schedule(settings, grid, plan, std::vector<sweep::RowState>(grid.rows()));
    BusyTime busy;
    const double start = seconds_of(CLOCK_MONOTONIC), cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    double wall = 0, serving = 0;
    {
        mpi::RankCrew crew(world, sleep);
        sweep::drive(schedule, crew, busy);
        wall = seconds_of(CLOCK_MONOTONIC) - start;
        serving = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu;
    }
    fmt::print(
        "{{\"ranks\": {}, \"task_seconds\": {:.4g}, \"tasks\": {}, \"mean_task_seconds\": {:.4g}, \"seconds\": {:.4g}, "
        "\"efficiency\": {:.4g}, \"serving_per_task\": {:.3g}, \"load\": {:.3g}}}\n",
        world.size(), task_seconds, tasks, busy.seconds / static_cast<double>(tasks), wall, busy.seconds / (world.size() * wall),
        serving / static_cast<double>(tasks), serving / wall);
    return 0;
} catch (const std::exception& error) {
    return std::fprintf(stderr, "bench_scale: %s\n", error.what()), 1;
}
