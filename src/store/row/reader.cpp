#include "reader.hpp"

#include <algorithm>

#include "slots.hpp"

namespace collapse::store {

namespace {

template <class Number>
std::vector<Number> read_variable(const RawFile& file, const Layout& layout, const char* name, std::size_t row)
{
    std::vector<Number> values(layout.cells_per_row());
    file.read(layout.row_of(schema::position_of(name), row), std::as_writable_bytes(std::span(values)));
    return values;
}

sweep::Table<sweep::Prediction> read_predictions(const RawFile& file, const Layout& layout, std::size_t row)
{
    const auto test_error = read_variable<double>(file, layout, "theory_test_error", row);
    const auto bias = read_variable<double>(file, layout, "theory_bias", row);
    const auto variance = read_variable<double>(file, layout, "theory_variance", row);
    const auto exact = read_variable<double>(file, layout, "exact_test_error", row);
    const auto clean_bias = read_variable<double>(file, layout, "theory_clean_bias", row);
    const auto clean_variance = read_variable<double>(file, layout, "theory_clean_variance", row);
    const auto rate_T = read_variable<double>(file, layout, "theory_rate_T", row);
    const auto rate_lambda = read_variable<double>(file, layout, "theory_rate_lambda", row);
    const auto rate_n = read_variable<double>(file, layout, "theory_rate_n", row);
    const auto asymptotic_rate_T = read_variable<double>(file, layout, "asymptotic_rate_T", row);
    sweep::Table<sweep::Prediction> predictions(layout.ridges, layout.generations);
    for (std::size_t cell = 0; cell < predictions.size(); ++cell)
        predictions[cell] = {{test_error[cell], bias[cell], variance[cell]},
                             exact[cell],
                             {clean_bias[cell] + clean_variance[cell], clean_bias[cell], clean_variance[cell]},
                             {rate_T[cell], rate_lambda[cell], rate_n[cell], asymptotic_rate_T[cell]}};
    return predictions;
}

}  // namespace

std::vector<std::uint8_t> read_status(const RawFile& file, const Layout& layout, std::size_t row)
{
    std::vector<std::uint8_t> status(layout.cells_per_row());
    file.read(layout.status_of_row(row), std::as_writable_bytes(std::span(status)));
    return status;
}

sweep::RowState read_row(const RawFile& file, const Layout& layout, std::size_t row)
{
    sweep::RowState state;
    const auto status = read_status(file, layout, row);
    state.complete = std::ranges::all_of(status, [](std::uint8_t value) { return value != 0; });
    if (layout.slots) {
        const auto newest = newest_slot(file, layout, row);
        if (!newest) return {};
        restore(state, newest->slot, layout.ridges, layout.generations);
        // If the slot behind the published values is damaged, the other one is older: the row goes on from there.
        const auto published = read_variable<std::int64_t>(file, layout, "replicates", row);
        const std::int64_t most = std::ranges::max(published);
        if (most > 0 && most != state.replicates) state.complete = false;
    } else if (state.complete) {
        const double seconds = read_variable<double>(file, layout, "task_seconds", row).front();
        state.seconds = seconds * static_cast<double>(layout.cells_per_row());
        const auto failure = read_variable<std::uint8_t>(file, layout, "failure", row);
        if (std::ranges::any_of(failure, [](std::uint8_t reason) { return reason != 0; })) {
            state.sums = {layout.ridges, layout.generations};
            for (std::size_t cell = 0; cell < failure.size(); ++cell)
                state.sums[cell].failure = static_cast<support::Reason>(failure[cell]);
        }
    }
    // Theory of an incomplete row may have been written halfway.
    if (state.complete) state.predictions = read_predictions(file, layout, row);
    return state;
}

}  // namespace collapse::store
