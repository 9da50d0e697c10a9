/// What rank 0 spends on one task of a sweep, besides computing: handing it out, packing, unpacking, merging; and how long messages
/// are. The tasks are not computed: every result is one replicate of the cheapest row, made once.
///
///     build/bench_rank0 CONFIG [RANKS [TIMES]]      TIMES: so many times the replicates of the config
#include <cstdio>
#include <ctime>
#include <deque>

#include <fmt/format.h>

#include "bench/stand_in.hpp"
#include "collapse/app/config.hpp"
#include "collapse/mpi/wire.hpp"
#include "collapse/numerics/blas.hpp"

using namespace collapse;

namespace {

/// Core-seconds: whatever else the machine does.
double core_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Ranks that answer at once with results made before.
class InstantCrew : public sweep::Crew {
  public:
    InstantCrew(std::size_t size, sweep::TaskResult sample, const sweep::Plan& plan)
        : size_(size), sample_(std::move(sample)), plan_(&plan)
    {
    }
    std::size_t size() const override { return size_; }
    void give(sweep::MemberIndex member, std::vector<sweep::Task> batch) override
    {
        const std::string message = mpi::pack(batch);
        ++messages;
        bytes_out += message.size();
        tasks += batch.size();
        waiting_.emplace_back(member, std::move(batch));
    }
    std::optional<Delivery> take() override
    {
        if (waiting_.empty()) return std::nullopt;
        const double pause = core_seconds();  // what the rank does is not rank 0's time
        auto [member, batch] = std::move(waiting_.front());
        waiting_.pop_front();
        std::vector<sweep::TaskResult> results;
        for (const sweep::Task& task : batch)
            results.push_back(
                bench::answer(sample_, task, plan_->rows[task.row.value].seconds * static_cast<double>(task.replicates.count())));
        const std::string message = mpi::pack(results);
        bytes_in += message.size();
        elsewhere += core_seconds() - pause;
        return Delivery{member, mpi::unpack_results(message)};
    }
    void hurry() override {}

    std::size_t messages = 0, tasks = 0, bytes_in = 0, bytes_out = 0;
    double elsewhere = 0;

  private:
    std::size_t size_;
    sweep::TaskResult sample_;
    const sweep::Plan* plan_;
    std::deque<std::pair<sweep::MemberIndex, std::vector<sweep::Task>>> waiting_;
};

}  // namespace

int main(int argc, char** argv)
try {
    if (argc < 2) return std::fprintf(stderr, "usage: bench_rank0 CONFIG [RANKS [TIMES]]\n"), 2;
    numerics::use_one_blas_thread();
    const std::size_t ranks = argc > 2 ? std::stoul(argv[2]) : 1000;
    sweep::Settings settings = app::parse_config({argv[1], app::read_config(argv[1]), {}, {}});
    if (argc > 3) settings.simulation.replicates *= std::stol(argv[3]);
    const sweep::Grid grid = settings.grid();
    sweep::Plan plan = sweep::make_plan(settings, grid);
    plan.share_among(static_cast<double>(ranks));
    sweep::Schedule schedule(settings, grid, plan, std::vector<sweep::RowState>(grid.rows()));
    InstantCrew crew(ranks, bench::sample_result(settings, grid, plan), plan);
    bench::NoWatch watch;
    const double start = core_seconds();
    sweep::drive(schedule, crew, watch);
    const double busy = core_seconds() - start - crew.elsewhere;
    const auto per = [](double all, std::size_t count) { return all / static_cast<double>(count); };
    fmt::print(
        "{{\"config\": \"{}\", \"ranks\": {}, \"cells_per_row\": {}, \"tasks\": {}, \"messages\": {}, \"seconds_per_task\": "
        "{:.3g}, "
        "\"seconds_per_message\": {:.3g}, \"bytes_per_result\": {:.0f}, \"bytes_per_task\": {:.0f}}}\n",
        argv[1], ranks, grid.cells_per_row(), crew.tasks, crew.messages, per(busy, crew.tasks), per(busy, crew.messages),
        per(static_cast<double>(crew.bytes_in), crew.tasks), per(static_cast<double>(crew.bytes_out), crew.tasks));
    return 0;
} catch (const std::exception& error) {
    return std::fprintf(stderr, "bench_rank0: %s\n", error.what()), 1;
}
