// How fast theory is: cells per core-second of a map of `replace` with components, regimes and rates, of accumulate with a ridge, and
// one pass over a chain that serves all n up to 200.
#include <cstdio>
#include <ctime>

#include "collapse/problem/components.hpp"
#include "collapse/problem/model.hpp"
#include "collapse/sweep/predict.hpp"
#include "collapse/theory/chain_equivalent.hpp"
#include "support/sweeps.hpp"

using namespace collapse;

namespace {

/// Fit t of accumulate: T rows more, the old ones with the labels that they had.
problem::Fit accumulated(double t, double T)
{
    problem::Fit fit;
    for (double g = 0; g <= t; ++g) {
        problem::Use use{{.kind = 0, .generation = g, .rows = T}, 1 / (T * (t + 1)), {}};
        if (g < t) use.labels.kept = {{t - 1, 1}};
        else if (g > 0) use.labels = {{{g - 1, 1}}, {}, {}, {{0, 0.5}}};
        else use.labels.noise = {{0, 0.1}};
        fit.uses.push_back(use);
    }
    return fit;
}

double seconds_since(std::clock_t start) { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; }

/// 100 values of T, 50 ridges, n = 0..10: what `run` does for a map without simulation, except for the file.
void map_of_replace(const char* d, const char* T0)
{
    sweep::Settings settings;
    settings.protocol = "replace";
    // clang-format off
    const test::Axes axes{{"alpha", "1.2"}, {"beta", "1.5"}, {"d", d}, {"T0", T0}, {"sigma", "0.1"}, {"sigma0", "0.5"},
                          {"T", "geomspace(50, 20000, 100)"}, {"lambda", "logspace(-7, 1, 50)"}, {"n", "0:10"}};
    // clang-format on
    for (const auto& [name, list] : axes) settings.axes.push_back(test::axis(name, list));
    settings.simulation.replicates = 0;
    settings = sweep::validated(settings);
    const sweep::Grid grid = settings.grid();
    const auto start = std::clock();
    std::size_t regimes = 0;
    for (sweep::RowIndex row{0}; row.value < grid.rows(); ++row)
        for (const auto& cell : sweep::predict(settings, grid.selected_part(row)))
            if (problem::regime_of(problem::components_of(cell.asymptotic, cell.clean)) != problem::Regime::none) ++regimes;
    std::printf("replace, 50 ridges, 100 T, n = 0..10, d = %s, T0 = %s: %.0f cells per core-second\n", d, T0,
                static_cast<double>(regimes) / seconds_since(start));
}

double seconds_of_chain(const problem::Nodes& nodes, double T, double lambda, double n)
{
    const auto start = std::clock();
    theory::ChainEquivalent chain(nodes);
    double sum = 0;
    for (double t = 0; t <= n; ++t) sum += chain.add(accumulated(t, T), lambda).test_error;
    if (!(sum > 0)) std::puts("no error is finite");
    return seconds_since(start);
}

}  // namespace

int main()
{
    for (const char* d : {"300", "1000", "1e4", "1e6"})
        for (const char* T0 : {"200", "2e6"}) map_of_replace(d, T0);
    map_of_replace("inf", "200");
    const problem::Nodes nodes = problem::nodes_of({}, {.alpha = 1.2, .beta = 1.2, .d = 300});
    double seconds = 0, cells = 0;
    for (int repetition = 0; repetition < 20; ++repetition)
        for (int i = 0; i < 10; ++i) {
            seconds += seconds_of_chain(nodes, 100, 1e-4 * (1 << i), 10);
            cells += 11;
        }
    std::printf("accumulate, 10 ridges, n = 0..10, %ld nodes: %.0f cells per core-second\n", static_cast<long>(nodes.weight.size()),
                cells / seconds);
    for (const double n : {50., 100., 200.})
        std::printf("accumulate, one ridge, n = 0..%.0f: %.2f s\n", n, seconds_of_chain(nodes, 100, 1e-2, n));
}
