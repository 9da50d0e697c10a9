/// A sweep over real ranks whose tasks sleep: messages, rank 0 and its polling are those of the program, and many ranks fit on a few
/// cores. Prints what analysis/collapse_analysis/scale.py predicts, and the service time that it needs for that: core-seconds of rank 0
/// for a result, and what it waits for a core meanwhile (a rank of a cluster has one of its own).
///
///     mpirun -n 1 nice -n -20 build/bench_scale CONFIG TASK_SECONDS [TASKS_PER_RANK] : -n 63 nice -n -10 build/bench_scale ...
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "bench/stand_in.hpp"
#include "collapse/app/config.hpp"
#include "collapse/app/json.hpp"
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

/// Seconds for which this thread could have run, but others had the cores.
double seconds_without_core()
{
    double running = 0, waiting = 0;
    std::ifstream("/proc/thread-self/schedstat") >> running >> waiting;
    return 1e-9 * waiting;
}

/// Sleeps for about `seconds` a task, and answers with the sample.
struct Sleep {
    sweep::TaskResult sample;
    double seconds;

    sweep::TaskResult operator()(const sweep::Task& task) const
    {
        std::minstd_rand engine(
            static_cast<unsigned>(1 + 1000003 * task.row.value + static_cast<std::size_t>(task.replicates.first)));
        engine.discard(10);
        const double width = std::sqrt(3.0) * spread, start = seconds_of(CLOCK_MONOTONIC);
        std::this_thread::sleep_for(
            std::chrono::duration<double>(seconds * std::uniform_real_distribution(1 - width, 1 + width)(engine)));
        return bench::answer(sample, task, seconds_of(CLOCK_MONOTONIC) - start);
    }
};

/// The real crew, and the core-seconds that rank 0 spends on looks that find nothing: they delay nobody.
class Observed final : public sweep::Crew {
  public:
    explicit Observed(sweep::Crew& crew) : crew_(&crew) {}
    std::size_t size() const override { return crew_->size(); }
    void give(sweep::MemberIndex member, std::vector<sweep::Task> batch) override { crew_->give(member, std::move(batch)); }
    std::optional<Delivery> take() override
    {
        const double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
        auto delivery = crew_->take();
        if (!delivery) looking += seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
        return delivery;
    }
    void hurry() override { crew_->hurry(); }

    double looking = 0;

  private:
    sweep::Crew* crew_;
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
    const double start = seconds_of(CLOCK_MONOTONIC), cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID), without = seconds_without_core();
    double wall = 0, serving = 0, hindered = 0;
    {
        mpi::RankCrew crew(world, sleep);
        Observed observed(crew);
        sweep::drive(schedule, observed, busy);
        wall = seconds_of(CLOCK_MONOTONIC) - start;
        serving = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu - observed.looking;
        hindered = seconds_without_core() - without;
    }
    fmt::print(
        "{{\"ranks\": {}, \"task_seconds\": {:.4g}, \"tasks\": {}, \"mean_task_seconds\": {:.4g}, \"seconds\": {:.4g}, "
        "\"efficiency\": {:.4g}, \"service\": {:.3g}, \"load\": {:.3g}, \"without_core\": {:.3g}, \"pace\": {}}}\n",
        world.size(), task_seconds, tasks, busy.seconds / static_cast<double>(tasks), wall, busy.seconds / (world.size() * wall),
        (serving + hindered) / static_cast<double>(tasks), serving / wall, hindered / wall, app::pace().dump());
    return 0;
} catch (const std::exception& error) {
    return std::fprintf(stderr, "bench_scale: %s\n", error.what()), 1;
}
