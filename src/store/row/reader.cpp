#include "reader.hpp"

#include <algorithm>

#include "../format/schema.hpp"
#include "slots.hpp"

namespace collapse::store {

namespace {

/// What the variables say of the cells of a row.
std::vector<CellResult> read_results(const RawFile& file, const Offsets& offsets, sweep::RowIndex row)
{
    std::vector<CellResult> cells(offsets.cells_per_row());
    for (std::size_t variable = 0; variable < offsets.variables.size(); ++variable) {
        const schema::Variable& described = schema::variables()[variable];
        std::vector<std::byte> bytes(cells.size() * schema::size_of(described.type));
        file.read(offsets.row_of(variable, row), bytes);
        schema::decode(described, bytes, cells);
    }
    return cells;
}

sweep::Table<sweep::Prediction> predictions_of(const std::vector<CellResult>& cells, const Offsets& offsets)
{
    sweep::Table<sweep::Prediction> predictions(offsets.ridges, offsets.generations);
    for (std::size_t cell = 0; cell < predictions.size(); ++cell) {
        predictions[cell] = cells[cell].prediction;
        Errors& clean = predictions[cell].clean;
        clean.test_error = clean.bias + clean.variance;  // as in every prediction
    }
    return predictions;
}

}  // namespace

std::vector<std::uint8_t> read_status(const RawFile& file, const Offsets& offsets, sweep::RowIndex row)
{
    std::vector<std::uint8_t> status(offsets.cells_per_row());
    file.read(offsets.status_of_row(row), std::as_writable_bytes(std::span(status)));
    return status;
}

sweep::RowState read_row(const RawFile& file, const Offsets& offsets, sweep::RowIndex row)
{
    sweep::RowState state;
    const auto status = read_status(file, offsets, row);
    state.complete = std::ranges::all_of(status, [](std::uint8_t value) { return value != 0; });
    const auto newest = offsets.slots ? newest_slot(file, offsets, row) : std::nullopt;
    // Few rows of a refined grid are ever computed: of the others no more is read (720 000 calls of pread for jobs/refine-onset.ini).
    if (offsets.slots ? !newest : !state.complete) return {};
    const std::vector<CellResult> cells = read_results(file, offsets, row);
    if (offsets.slots) {
        restore(state, newest->slot, offsets.ridges, offsets.generations);
        // If the slot behind the published values is damaged, the other one is older: the row goes on from there.
        const std::int64_t most = std::ranges::max(cells, {}, &CellResult::replicates).replicates;
        if (most > 0 && most != state.replicates) state.complete = false;
    } else {
        state.seconds = cells.front().seconds * static_cast<double>(cells.size());
        if (std::ranges::any_of(cells, [](const CellResult& cell) { return cell.failure != Reason::none; })) {
            state.sums = {offsets.ridges, offsets.generations};
            for (std::size_t cell = 0; cell < cells.size(); ++cell) state.sums[cell].failure = cells[cell].failure;
        }
    }
    // Theory of an incomplete row may have been written halfway.
    if (state.complete) state.predictions = predictions_of(cells, offsets);
    return state;
}

}  // namespace collapse::store
