#include "collapse/sweep/drive.hpp"

#include <utility>

namespace collapse::sweep {

namespace {

constexpr double batch_seconds = 0.02;         ///< long beside a message: short tasks travel together
constexpr std::size_t longest_batch = 256;     ///< so that a wrong guess of the cost cannot unbalance the end
constexpr std::size_t batches_per_member = 2;  ///< one in hand, one waiting

/// The next tasks for one member, together about `batch_seconds`; none if nothing more can be begun in the seconds left.
std::vector<Task> next_batch(Schedule& schedule, double seconds_left)
{
    std::vector<Task> batch;
    double expected = 0;
    while (expected < batch_seconds && batch.size() < longest_batch) {
        const std::optional<Task> task = schedule.next(seconds_left - expected);
        if (!task) break;
        expected += schedule.expected_seconds(*task);
        batch.push_back(*task);
    }
    return batch;
}

}  // namespace

std::optional<Crew::Delivery> SoloCrew::take()
{
    if (auto results = worker_.take(std::chrono::milliseconds(2))) return Delivery{0, std::move(*results)};
    return std::nullopt;
}

void drive(Schedule& schedule, Crew& crew, Watch& watch)
{
    std::vector<std::size_t> batches(crew.size(), 0);
    std::size_t under_way = 0;
    bool hurried = false;
    while (true) {
        const double seconds_left = watch.seconds_left();
        if (seconds_left <= 0 && !std::exchange(hurried, true)) crew.hurry();
        for (std::size_t round = 0; round < batches_per_member && !hurried; ++round)
            for (std::size_t member = 0; member < crew.size(); ++member) {
                if (batches[member] > round) continue;
                std::vector<Task> batch = next_batch(schedule, seconds_left);
                if (batch.empty()) break;
                crew.give(member, std::move(batch));
                ++batches[member];
                ++under_way;
            }
        if (under_way == 0) break;
        if (auto delivery = crew.take()) {
            --batches[delivery->member];
            --under_way;
            for (TaskResult& result : delivery->results) {
                watch.task_done(result);
                if (const auto row = schedule.complete(std::move(result))) {
                    watch.row_changed(*row, schedule.state(*row));
                    if (schedule.state(*row).complete) schedule.forget(*row);
                }
            }
        }
        watch.tick(schedule);
    }
}

}  // namespace collapse::sweep
