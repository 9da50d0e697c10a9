#include <algorithm>

#include <nlohmann/json.hpp>

#include "collapse/app/comparison.hpp"
#include "collapse/app/json.hpp"
#include "collapse/app/stored_grid.hpp"
#include "collapse/app/table_text.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::app {

namespace {

constexpr std::size_t worst_shown = 5;

nlohmann::json to_json(const Comparison& comparison, const StoredGrid& grid)
{
    const sweep::Spread z = sweep::spread_of_z(comparison);
    nlohmann::json worst = nlohmann::json::array();
    for (const ComparedCell& cell : comparison.cells) {
        if (worst.size() == worst_shown) break;
        worst.push_back({{"cell", grid.describe(cell.cell)},
                         {"z", cell.z},
                         {"excess", cell.excess},
                         {"bound", cell.bound},
                         {"simulated", cell.simulated},
                         {"expected", cell.expected},
                         {"exact", cell.exact}});
    }
    return {{"compared", comparison.cells.size()},
            {"beyond", comparison.beyond()},
            {"heavy_tailed", comparison.heavy_tailed},
            {"without_theory", comparison.without_theory},
            {"level", comparison.level},
            {"finite_size", comparison.finite_size},
            {"z_mean", z.mean},
            {"z_deviation", z.deviation},
            {"z_largest", z.largest},
            {"worst", worst}};
}

void print_text(const Comparison& comparison, const StoredGrid& grid)
{
    const sweep::Spread z = sweep::spread_of_z(comparison);
    fmt::print("compared  {} with theory, {} of them with an exact finite-size formula\n",
               support::counted(comparison.cells.size(), "simulated cell"),
               std::ranges::count_if(comparison.cells, &ComparedCell::exact));
    if (comparison.heavy_tailed > 0)
        fmt::print("left out  {} within 3 rows of the interpolation threshold: their error has no finite variance\n",
                   support::counted(comparison.heavy_tailed, "cell"));
    if (comparison.without_theory > 0)
        fmt::print("left out  {} for which no prediction is known\n", support::counted(comparison.without_theory, "cell"));
    if (comparison.cells.empty()) {
        fmt::print("nothing   to compare: no cell has both a prediction and a simulated mean with a standard error\n");
        return;
    }
    fmt::print("z-scores  (simulated - expected) / standard error: mean {:.2f}, standard deviation {:.2f}, largest |z| {:.2f}\n",
               z.mean, z.deviation, z.largest);
    fmt::print("excess    what is left of z beyond the relative {:g} / (T - df2) by which an asymptotic prediction may be off\n",
               comparison.finite_size);
    fmt::print("beyond    {} with more excess than their bound; false-alarm rate {:g} for all together\n",
               support::counted(comparison.beyond(), "cell"), comparison.level);
    for (std::size_t i = 0; i < std::min(worst_shown, comparison.cells.size()); ++i) {
        const ComparedCell& cell = comparison.cells[i];
        fmt::print("worst     z = {:+.2f}, excess {:+.2f} (bound {:.2f}): {:.4g} +- {:.2g} simulated, {:.4g} {}; {}\n", cell.z,
                   cell.excess, cell.bound, cell.simulated, cell.standard_error, cell.expected, cell.exact ? "exact" : "predicted",
                   grid.describe(cell.cell));
    }
}

/// Every compared cell as a line, the worst first.
void print_csv(const Comparison& comparison, const sweep::Grid& grid)
{
    const auto dimensions = grid.dimensions();
    for (const sweep::Axis* axis : dimensions)
        if (axis->used) fmt::print("{},", axis->name());
    fmt::print("z,excess,bound,simulated,standard_error,expected,exact\n");
    for (const ComparedCell& cell : comparison.cells) {
        std::size_t stride = grid.cells();
        for (const sweep::Axis* axis : dimensions) {
            stride /= axis->values.size();
            if (axis->used) fmt::print("{},", support::exact(axis->values[cell.cell.value / stride % axis->values.size()]));
        }
        for (const double value : {cell.z, cell.excess, cell.bound, cell.simulated, cell.standard_error, cell.expected})
            fmt::print("{},", support::exact(value));
        fmt::print("{}\n", cell.exact ? "yes" : "no");
    }
}

class Check final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "check",
                .operands = "FILE",
                .summary = "compares simulation and theory; exit 1 if chance does not explain a difference, 4 without any",
                .flags = {{"json", "", "print JSON"},
                          {"csv", "", "print every compared cell as a line, the worst first"},
                          {"level", "P", "false-alarm rate of the whole comparison (default 0.01)"},
                          {"finite-size", "C", "allow asymptotic predictions to be off by the relative C / (T - df2) (default 2)"}},
                .example = "collapse check sweep.h5 --level 0.001"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const auto number = [&](const char* flag, double otherwise) {
            return arguments.has(flag) ? sweep::parse_number(std::string("--") + flag, arguments.flags.at(flag)) : otherwise;
        };
        const bool csv = wants_table(arguments) && arguments.has("csv");
        const double level = number("level", 0.01), finite_size = number("finite-size", 2);
        support::validate(level > 0 && level < 1, "--level = {} is no probability; give a number between 0 and 1, such as 0.01",
                          level);
        support::validate(finite_size >= 0, "--finite-size = {} is negative; give 0 or more", finite_size);

        const store::ResultView view(arguments.operands.front());
        const StoredGrid grid(view);
        Comparison comparison = compare(view, level, finite_size);
        worst_first(comparison);
        if (csv) print_csv(comparison, grid.grid());
        else if (arguments.has("json")) print_json(to_json(comparison, grid));
        else print_text(comparison, grid);
        if (comparison.cells.empty()) return Exit::nothing;
        return comparison.beyond() > 0 ? Exit::error : Exit::complete;
    }
};

}  // namespace

const Verb& verb_check()
{
    static const Check instance;
    return instance;
}

}  // namespace collapse::app
