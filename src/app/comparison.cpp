#include "collapse/app/comparison.hpp"

#include <cmath>

#include "collapse/app/stored_grid.hpp"

namespace collapse::app {

Comparison compare(const store::ResultView& view, double level, double finite_size)
{
    const auto simulated = view.numbers("sim_test_error"), standard_error = view.numbers("sim_test_error_stderr");
    const auto theory = view.numbers("theory_test_error"), exact = view.numbers("exact_test_error");
    const auto replicates = view.counts("replicates");
    std::vector<sweep::Outcome> outcomes;
    for (std::size_t cell = 0; cell < view.cells(); ++cell) {
        const bool done = view.status()[cell] == store::Status::done;
        outcomes.push_back(
            {simulated[cell], done ? standard_error[cell] : std::nan(""), replicates[cell], theory[cell], exact[cell]});
    }
    return sweep::compare(stored_settings(view), StoredGrid(view).grid(), outcomes, level, finite_size);
}

}  // namespace collapse::app
