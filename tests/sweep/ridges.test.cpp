#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "support/sweeps.hpp"

using namespace collapse;

namespace {

struct Case {
    std::string protocol;
    problem::Choices choices;
    test::Axes axes;
};

const std::vector<Case> cases{
    {"replace", {}, {{"T0", "20"}, {"sigma0", "0.5"}}},
    {"mix", {{"design", "fresh"}}, {{"w", "0.4"}, {"sigma0", "0.5"}}},
    {"mix", {{"design", "fixed"}}, {{"w", "0.4"}, {"sigma0", "0.5"}}},
    {"mix", {{"design", "fixed"}, {"real_labels", "fixed"}}, {{"w", "-0.5"}, {"sigma0", "0.5"}}},
    {"partial", {}, {{"p", "0.5"}, {"sigma0", "0.5"}}},
    {"weighted", {}, {{"w", "0.7"}, {"k", "2"}, {"sigma0", "0.5"}}},
    {"accumulate", {{"design", "fresh"}}, {{"sigma0", "0.5"}}},
    {"accumulate", {{"design", "fixed"}}, {{"sigma0", "0.5"}}},
    {"accumulate", {{"subsample", "yes"}}, {{"sigma0", "0.5"}}},
    {"mixture", {}, {{"T0", "20"}, {"p", "0.5"}, {"sigma0", "0.5"}}},
    {"mixture", {}, {{"T0", "20"}, {"p", "0.5"}, {"w", "0.8"}, {"sigma0", "0.5"}, {"beta_synthetic", "0.5"}}},
    {"distill", {}, {{"w", "-1"}}},
};

const std::string ridges = "1e-300, 1e-200, 1e-100, 1e-16, 1, 1e16, 1e100, 1e200, 1e300, 1e308";

}  // namespace

TEST_CASE("one list of ridges from 1e-300 to 1e308 gives numbers in every cell, or a reason for the cell", "[sweep]")
{
    for (const Case& one : cases)
        for (const char* T : {"4", "8", "20"}) {
            sweep::Settings settings;
            settings.protocol = one.protocol;
            settings.model.choices = one.choices;
            test::Axes axes{{"T", T},         {"d", "8"},       {"beta", "1"},     {"alpha", "1"},
                            {"n", "0, 1, 3"}, {"sigma", "0.3"}, {"lambda", ridges}};
            for (const auto& [name, list] : one.axes) axes[name] = list;
            for (const auto& [name, list] : axes) settings.axes.push_back(test::axis(name, list));
            settings.simulation.replicates = 3;
            settings = sweep::validated(settings);
            const sweep::Grid grid = settings.grid();
            const sweep::TaskResult result = sweep::Evaluate(settings, grid)({sweep::RowIndex{0}, {0, 3}, true});
            CHECK(result.message.empty());
            for (std::size_t cell = 0; cell < grid.cells_per_row(); ++cell) {
                const problem::Cell at = grid.cell(sweep::CellIndex{cell});
                INFO(one.protocol << " T " << T << " lambda " << at.lambda << " n " << at.n << " " << result.message);
                const double theory = result.predictions[cell].asymptotic.test_error;
                // At T = d the error grows like lambda^(-n / 2), out of the range of double precision.
                if (at.T == at.d && at.lambda < 1e-15) CHECK_FALSE(theory < 0);
                else CHECK((theory > 0 && std::isfinite(theory)));
                CHECK(result.sums[cell].failure != support::Reason::exception);
                if (result.sums[cell].failure != support::Reason::none) {
                    CHECK(at.lambda < 1e-15);  // a ridge that rounding swallows may leave a singular matrix, as a reason
                    continue;
                }
                const double simulated = result.sums[cell].moments.mean(3).test_error;
                CHECK(std::isfinite(simulated));
                if (at.lambda < 1e16) continue;
                CHECK(theory == Approx(1).epsilon(1e-12));  // zero is predicted, at the cost of the signal power
                CHECK(simulated == Approx(1).epsilon(1e-12));
            }
        }
}
