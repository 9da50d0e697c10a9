/// What rank 0 spends on one task of a sweep, besides computing: handing it out, packing, unpacking, merging; and how long messages
/// are. The tasks are not computed: every row's results are those of its first replicate, made once.
///
///     build/bench_rank0 CONFIG [RANKS [TIMES]]      TIMES: so many times the replicates of the config
#include <cstdio>
#include <ctime>
#include <deque>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "collapse/app/config.hpp"
#include "collapse/mpi/wire.hpp"
#include "collapse/sweep/drive.hpp"

using namespace collapse;

namespace {

/// Core-seconds: whatever else the machine does.
double core_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Ranks that answer at once with results made before.
class InstantCrew : public sweep::Crew {
  public:
    InstantCrew(std::size_t size, sweep::Evaluate evaluate, double seconds_per_replicate)
        : size_(size), evaluate_(evaluate), seconds_per_replicate_(seconds_per_replicate)
    {
    }
    std::size_t size() const override { return size_; }
    void give(std::size_t member, std::vector<sweep::Task> batch) override
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
        for (const sweep::Task& task : batch) results.push_back(result_of(task));
        const std::string message = mpi::pack(results);
        bytes_in += message.size();
        elsewhere += core_seconds() - pause;
        return Delivery{member, mpi::unpack_results(message)};
    }
    void hurry() override {}

    std::size_t messages = 0, tasks = 0, bytes_in = 0, bytes_out = 0;
    double elsewhere = 0;

  private:
    sweep::TaskResult result_of(const sweep::Task& task)
    {
        auto known = known_.find(task.row);
        if (known == known_.end()) known = known_.emplace(task.row, evaluate_({task.row, {0, 1}, true})).first;
        sweep::TaskResult result = known->second;
        result.task = task;
        if (!task.predict) result.predictions = {};
        result.seconds = seconds_per_replicate_ * static_cast<double>(task.replicates.count());
        result.phases = {};
        return result;
    }

    std::size_t size_;
    sweep::Evaluate evaluate_;
    double seconds_per_replicate_;
    std::map<std::size_t, sweep::TaskResult> known_;
    std::deque<std::pair<std::size_t, std::vector<sweep::Task>>> waiting_;
};

class NoWatch : public sweep::Watch {
  public:
    void row_changed(std::size_t, const sweep::RowState&) override {}
    void tick(const sweep::Schedule&) override {}
    double seconds_left() override { return std::numeric_limits<double>::infinity(); }
    void task_done(const sweep::TaskResult&) override {}
    void member_retired(std::size_t) override {}
    bool out_of_patience() override { return false; }
};

}  // namespace

int main(int argc, char** argv)
try {
    if (argc < 2) return std::fprintf(stderr, "usage: bench_rank0 CONFIG [RANKS [TIMES]]\n"), 2;
    const std::size_t ranks = argc > 2 ? std::stoul(argv[2]) : 1000;
    sweep::Settings settings = app::parse_config({argv[1], app::read_config(argv[1]), {}, {}});
    if (argc > 3) settings.simulation.replicates *= std::stol(argv[3]);
    const sweep::Grid grid(settings.axes);
    sweep::Plan plan = sweep::make_plan(settings, grid);
    plan.share_among(static_cast<double>(ranks));
    const double mean_cost =
        plan.seconds() / static_cast<double>(settings.simulation.replicates) / static_cast<double>(grid.rows());
    sweep::Schedule schedule(settings, grid, plan, std::vector<sweep::RowState>(grid.rows()));
    InstantCrew crew(ranks, sweep::Evaluate(settings, grid), mean_cost);
    NoWatch watch;
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
