// How fast the theory of any chain is: cells per core-second of accumulate with a ridge, and one pass that serves all n up to 200.
#include <cstdio>
#include <ctime>

#include "collapse/problem/model.hpp"
#include "collapse/theory/chain_equivalent.hpp"

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

double seconds_of_chain(const problem::Nodes& nodes, double T, double lambda, double n)
{
    const auto start = std::clock();
    theory::ChainEquivalent chain(nodes);
    double sum = 0;
    for (double t = 0; t <= n; ++t) sum += chain.add(accumulated(t, T), lambda).test_error;
    if (!(sum > 0)) std::puts("no error is finite");
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

int main()
{
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
