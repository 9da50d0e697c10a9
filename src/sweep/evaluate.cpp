#include "collapse/sweep/evaluate.hpp"

#include <chrono>
#include <new>
#include <utility>

#include "collapse/sweep/predict.hpp"

namespace collapse::sweep {

rng::Key key_of(const Settings& settings, const Row& row, bool linear)
{
    return simulate::key_of(settings.simulation.seed, settings.model, name_in_key(settings), row, linear);
}

namespace {

/// Marks every selected cell as failed, also of a sweep that only predicts: its sums have nowhere else to say so.
void fail(TaskResult& result, const Grid& grid, Reason reason, const std::string& message)
{
    const std::size_t generations = grid.cells_per_row() / grid.ridges();
    result.message = message;
    result.sums = Table<CellSums>(grid.ridges(), generations, CellSums{{}, reason});
    for (std::size_t cell = 0; cell < grid.cells_per_row(); ++cell)
        if (!grid.selects(grid.cell_of(result.task.row, cell))) result.sums[cell].failure = Reason::not_refined;
    const bool predicted = result.predictions.size() == grid.cells_per_row() && grid.selection().empty();
    if (result.task.predict && !predicted) result.predictions = Table<Prediction>(grid.ridges(), generations);
}

/// Puts the results of some cells in their places in the row; the others have nothing but the reason.
void put_in_place(TaskResult& result, const RowPart& part, const Grid& grid)
{
    const std::size_t columns = grid.cells_per_row() / grid.ridges();
    Table<CellSums> sums(grid.ridges(), columns, CellSums{{}, Reason::not_refined});
    Table<Prediction> predictions(result.task.predict ? grid.ridges() : 0, columns);
    for (std::size_t i = 0; i < part.ridges.size(); ++i)
        for (std::size_t j = 0; j < part.generations.size(); ++j) {
            const std::size_t cell = part.ridges[i] * columns + part.generations[j];
            if (!grid.selects(grid.cell_of(result.task.row, cell))) continue;
            sums[cell] = result.sums.size() > 0 ? result.sums(i, j) : CellSums{};
            if (result.task.predict) predictions[cell] = result.predictions(i, j);
        }
    result.sums = std::move(sums);
    result.predictions = std::move(predictions);
}

}  // namespace

const Evaluate::Known& Evaluate::known(const Task& task, const Row& row) const
{
    if (!known_ || known_->row != task.row) {
        protocol::LevelledScheme scheme = protocol_of(*settings_).levelled(row, settings_->model.choices);
        const rng::Key key = key_of(*settings_, row, scheme.linear);
        known_.emplace(Known{task.row, std::move(scheme), key});
    }
    return *known_;
}

TaskResult Evaluate::operator()(const Task& task) const
{
    const auto start = std::chrono::steady_clock::now();
    TaskResult result;
    result.task = task;
    support::Meter meter;
    try {
        const RowPart part = grid_->selected_part(task.row);
        const Row& row = part.row;
        if (task.predict && row.size() > 0)
            result.predictions = meter.measure(support::Phase::theory, [&] { return predict(*settings_, part); });
        if (settings_->simulation.replicates > 0 && row.size() > 0) {
            const Known& of_row = known(task, row);
            const std::int64_t before = settings_->simulation.first_replicate;
            const Replicates replicates{before + task.replicates.first, before + task.replicates.last};
            result.sums = simulate::simulate_block(of_row.scheme, settings_->model, row, of_row.key, replicates, meter,
                                                   settings_->simulation.noise, &family_);
        }
        if (!grid_->selection().empty()) put_in_place(result, part, *grid_);
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
