#include "cell_result.hpp"

namespace collapse::store {

namespace {

Status status_of(Reason failure)
{
    switch (failure) {
        case Reason::none:
        case Reason::theory_only: return Status::done;  // a limit was asked for, and its prediction is all there can be
        case Reason::infinite_error:
        case Reason::not_refined: return Status::skipped;
        default: return Status::failed;
    }
}

}  // namespace

std::vector<CellResult> results_of(const sweep::RowState& row, std::size_t cells, std::optional<std::size_t> clean)
{
    std::vector<CellResult> results(cells);
    for (std::size_t cell = 0; cell < cells; ++cell) {
        CellResult& result = results[cell];
        if (row.predictions.size() > 0) result.prediction = row.predictions[cell];
        if (!row.complete) continue;
        result.seconds = row.seconds / static_cast<double>(cells);
        if (row.sums.size() > 0) {
            const sweep::CellSums& sums = row.sums[cell];
            result.failure = sums.failure;
            if (sums.failure == Reason::none) {
                result.replicates = row.replicates;
                result.mean = sums.moments.mean(row.replicates);
                result.standard_error = sums.moments.standard_error(row.replicates);
            }
        }
        result.status = status_of(row, cell);
    }
    const std::size_t columns = row.sums.columns();
    for (std::size_t cell = 0; cell < cells && columns > 0 && clean; ++cell)
        results[cell].clean = results[cell - cell % columns + *clean].mean;
    return results;
}

Status status_of(const sweep::RowState& row, std::size_t cell)
{
    if (!row.complete) return Status::pending;
    return row.sums.size() > 0 ? status_of(row.sums[cell].failure) : Status::done;
}

}  // namespace collapse::store
