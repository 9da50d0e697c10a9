#include "collapse/sweep/evaluate.hpp"

#include <chrono>
#include <new>

#include "collapse/problem/model.hpp"

namespace collapse::sweep {

namespace {

/// Marks every cell as failed, also of a sweep that only predicts: its sums have nowhere else to say so.
void fail(TaskResult& result, const Grid& grid, Reason reason, const std::string& message)
{
    const std::size_t generations = grid.cells_per_row() / grid.ridges();
    result.message = message;
    result.sums = Table<CellSums>(grid.ridges(), generations, CellSums{{}, reason});
    if (result.task.predict && result.predictions.size() == 0) result.predictions = Table<Prediction>(grid.ridges(), generations);
}

}  // namespace

TaskResult Evaluate::operator()(const Task& task) const
{
    const auto start = std::chrono::steady_clock::now();
    TaskResult result;
    result.task = task;
    support::Meter meter;
    try {
        const Row row = grid_->row(task.row);
        const protocol::Protocol& protocol = protocol::protocol_called(settings_->protocol);
        if (task.predict)
            result.predictions = meter.measure(support::Phase::theory, [&] {
                return protocol.predict(row, problem::nodes_of(settings_->model, row.cell), settings_->model.choices);
            });
        if (settings_->simulation.replicates > 0) {
            const rng::Key key = simulate::key_of(settings_->simulation.seed, settings_->model, settings_->protocol, row);
            const std::int64_t before = settings_->simulation.first_replicate;
            const Replicates replicates{before + task.replicates.first, before + task.replicates.last};
            result.sums = simulate::simulate_block(protocol, settings_->model, row, key, replicates, meter);
        }
    } catch (const std::bad_alloc&) {
        fail(result, *grid_, Reason::out_of_memory, "out of memory");
    } catch (const std::exception& error) {
        fail(result, *grid_, Reason::exception, error.what());
    }
    result.phases = meter.seconds();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace collapse::sweep
