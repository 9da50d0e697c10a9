#include <cmath>

#include <nlohmann/json.hpp>

#include "collapse/app/comparison.hpp"
#include "collapse/app/json.hpp"
#include "collapse/app/stored_grid.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/data/dataset.hpp"
#include "collapse/estimator/design_facts.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/problem/directions.hpp"
#include "collapse/protocol/kernel_simulation.hpp"
#include "collapse/rng/key.hpp"
#include "collapse/simulate/block.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/evaluate.hpp"
#include "collapse/sweep/list.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

namespace collapse::app {

namespace {

using estimator::DesignFacts;
using problem::Errors;
using support::validate;

constexpr double value_tolerance = 1e-6;  ///< relative: a value as people copy it from a plot or a table

/// The number of the cell that `T=100,n=3` names; axes with one value need not be named.
sweep::CellIndex find_cell(const sweep::Grid& grid, const std::string& text)
{
    std::map<std::string, double> wanted;
    for (const std::string& part : support::split(text, ',')) {
        const auto equals = part.find('=');
        validate(equals != std::string::npos, "--cell {} has no NAME=VALUE in \"{}\"; write for instance T=100,n=3", text, part);
        const std::string name = support::trim(part.substr(0, equals));
        wanted[name] = sweep::parse_number("--cell's " + name, part.substr(equals + 1));
    }
    std::size_t cell = 0;
    for (const sweep::Axis* axis : grid.dimensions()) {
        const auto found = wanted.find(std::string(axis->name()));
        std::size_t index = 0;
        if (found == wanted.end()) {
            validate(axis->values.size() == 1, "--cell {} leaves {} open, which has {} values: {:g}; add {}=VALUE", text,
                     axis->name(), axis->values.size(), fmt::join(axis->values, ", "), axis->name());
        } else {
            const double value = found->second;
            const auto near = [&](double other) {
                return other == value || std::abs(other - value) <= value_tolerance * std::abs(value);
            };
            const auto place = std::ranges::find_if(axis->values, near);
            validate(place != axis->values.end(), "--cell asks for {} = {:g}, but the file has {:g}; choose one of them",
                     axis->name(), value, fmt::join(axis->values, ", "));
            index = static_cast<std::size_t>(place - axis->values.begin());
            wanted.erase(found);
        }
        cell = cell * axis->values.size() + index;
    }
    validate(wanted.empty(), "--cell names {}, which is no dimension of the file; leave it out",
             wanted.empty() ? "" : wanted.begin()->first);
    return sweep::CellIndex{cell};
}

/// The cell that `collapse check` calls the worst. Throws InvalidInput if there is nothing to compare.
sweep::CellIndex worst_cell(const store::ResultView& view)
{
    constexpr double level = 0.01, finite_size = 2;  // which hardly decide what is worst
    Comparison comparison = compare(view, level, finite_size);
    validate(!comparison.cells.empty(),
             "--cell worst finds no cell with both a prediction and a simulated mean; name one, like T=100,n=3");
    worst_first(comparison);
    return comparison.cells.front().cell;
}

std::int64_t replicate_number(const Arguments& arguments)
{
    validate(arguments.has("replicate"), "no replicate is given; add --replicate=0 for the first one");
    return sweep::parse_whole("--replicate", arguments.flags.at("replicate"), std::int64_t{0}, 2 * problem::largest_count);
}

/// Everything that is shown.
struct Replay {
    std::string place;
    std::int64_t replicate, first, replicates;  ///< first and number of those behind the mean in the file
    Errors errors, mean, theory;
    double scatter;  ///< standard deviation of the test error over replicates
    double kappa, df1, df2;
    std::vector<DesignFacts> designs;
    std::size_t without_design;
    double most_generations;  ///< of the row, all of which were made

    bool is_in_file() const { return first <= replicate && replicate < first + replicates; }
};

Replay replay(const store::ResultView& view, const Arguments& arguments)
{
    support::validate(
        view.sampler_version() == static_cast<std::int64_t>(rng::sampler_version),
        "{} was simulated with version {} of the samplers, and this program draws with version {}: the replicate would be "
        "another one; use the collapse that wrote it ({})",
        arguments.operands.front(), view.sampler_version(), rng::sampler_version, view.text("app_version"));
    const sweep::Settings settings = stored_settings(view, Data::read);
    const sweep::Grid grid = settings.grid();
    validate(settings.simulation.replicates > 0,
             "{} has theory only (simulation.replicates = 0): there is no replicate to compute again; give a file with some",
             arguments.operands.front());
    validate(arguments.has("cell"), "no cell is given; add for instance --cell=T=100,n=3");
    const std::string& wanted = arguments.flags.at("cell");
    const sweep::CellIndex cell = wanted == "worst" ? worst_cell(view) : find_cell(grid, wanted);
    const std::size_t within = grid.within_row(cell);
    const std::int64_t number = replicate_number(arguments);
    const sweep::Row row = grid.row(grid.row_of(cell));
    const protocol::Protocol& protocol = sweep::protocol_of(settings);
    const problem::Cell at = grid.cell(cell);
    problem::Cell varied = at;
    varied.d = problem::directions_of(settings.model, at);
    const auto obstacle = protocol.reasons_not_simulated({varied, {at.lambda}, {at.n}}, settings.model.choices)[0];
    validate(obstacle == support::Reason::none, "the cell {} is not simulated ({}); choose another --cell", grid.describe(cell),
             support::name_of(obstacle));

    const protocol::LevelledScheme scheme = protocol.levelled(row, settings.model.choices);
    // The same draws as in the sweep: by key and number of the replicate.
    const rng::Draws draws(sweep::key_of(settings, row, scheme.linear), static_cast<std::uint64_t>(number));
    support::Meter meter;
    Replay result{};
    if (settings.model.has_data()) {
        const protocol::KernelSimulation simulation(scheme, row,
                                                    {*settings.model.dataset, estimator::kernel_called(settings.model.kernel),
                                                     settings.model.choices, settings.model.test});
        result.errors = simulation(draws, meter)[within].at(scheme.levels);
    } else {
        const problem::LinearModel model = problem::instance_of(settings.model, row.cell, draws);
        const estimator::Observer observer(estimator::covariates_called(settings.model.covariates), model.teacher, at.lambda);
        result.errors =
            protocol.simulate(row, {model, draws, observer, settings.model.choices, meter}, settings.simulation.noise)[within];
        result.designs = observer.designs;
        result.without_design = observer.without_design;
    }

    result.place = grid.describe(cell);
    result.replicate = number;
    result.first = settings.simulation.first_replicate;
    result.replicates = view.counts("replicates")[cell.value];
    result.mean = {view.numbers("sim_test_error")[cell.value], view.numbers("sim_bias")[cell.value],
                   view.numbers("sim_variance")[cell.value]};
    result.theory = {view.numbers("theory_test_error")[cell.value], view.numbers("theory_bias")[cell.value],
                     view.numbers("theory_variance")[cell.value]};
    result.scatter = view.numbers("sim_test_error_stderr")[cell.value] * std::sqrt(static_cast<double>(result.replicates));
    const problem::Nodes nodes = problem::nodes_of(settings.model, at);
    const theory::RidgeEquivalent fit(nodes, at.T, at.lambda);
    result.kappa = fit.kappa();
    result.df1 = fit.df1();
    result.df2 = fit.df2();
    result.most_generations = row.last_generation();
    return result;
}

nlohmann::json to_json(const Replay& replay)
{
    const auto errors = [](const Errors& e) {
        return nlohmann::json{{"test_error", e.test_error}, {"bias", e.bias}, {"variance", e.variance}};
    };
    nlohmann::json designs = nlohmann::json::array();
    for (const DesignFacts& design : replay.designs)
        designs.push_back({{"rows", design.rows},
                           {"smallest_eigenvalue", design.smallest},
                           {"largest_eigenvalue", design.largest},
                           {"condition", design.condition},
                           {"training_residual", design.training_residual},
                           {"solve_residual", design.solve_residual}});
    return {{"cell", replay.place},
            {"replicate", replay.replicate},
            {"replicates", replay.replicates},
            {"in_file", replay.is_in_file()},
            {"this", errors(replay.errors)},
            {"mean", errors(replay.mean)},
            {"theory", errors(replay.theory)},
            {"scatter", replay.scatter},
            {"kappa", replay.kappa},
            {"df1", replay.df1},
            {"df2", replay.df2},
            {"designs", designs},
            {"least_squares_fits", replay.without_design}};
}

void print_text(const Replay& replay)
{
    fmt::print("{}, replicate {}{}\n", replay.place, replay.replicate,
               replay.is_in_file()      ? ""
               : replay.replicates == 0 ? ", which is not in the file: that has none of this cell"
                                        : fmt::format(", which is not in the file: that has {} to {}", replay.first,
                                                      replay.first + replay.replicates - 1));
    fmt::print("{:<12}{:>14}{:>14}{:>14}\n", "", "this one", fmt::format("mean of {}", replay.replicates), "theory");
    const auto line = [](const char* name, double one, double mean, double theory) {
        fmt::print("{:<12}{:>14.6g}{:>14.6g}{:>14.6g}\n", name, one, mean, theory);
    };
    line("test error", replay.errors.test_error, replay.mean.test_error, replay.theory.test_error);
    line("bias", replay.errors.bias, replay.mean.bias, replay.theory.bias);
    line("variance", replay.errors.variance, replay.mean.variance, replay.theory.variance);
    fmt::print("scatter     {:.3g} from replicate to replicate: this one is {:+.2f} of that from the mean\n", replay.scatter,
               (replay.errors.test_error - replay.mean.test_error) / replay.scatter);
    fmt::print("theory      effective ridge kappa {:.4g}, df1 {:.4g}, df2 {:.4g}\n", replay.kappa, replay.df1, replay.df2);
    for (const DesignFacts& design : replay.designs) {
        fmt::print(
            "design      {:g} rows: eigenvalues of the Gram matrix {:.3g} to {:.3g}, condition with the cell's ridge {:.3g};\n",
            design.rows, design.smallest, design.largest, design.condition);
        fmt::print("            noise-free labels of the teacher: training residual {:.3g}, solved to {:.1g} (relative)\n",
                   design.training_residual, design.solve_residual);
    }
    if (replay.without_design > 0)
        fmt::print("            {} without a design, of the whole chain to n = {:g}: their noise was drawn directly\n",
                   support::counted(replay.without_design, "least-squares fit"), replay.most_generations);
}

class RunAgain final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "replay",
                .operands = "FILE",
                .summary = "reruns one replicate of one cell, bit for bit, and shows why it is what it is",
                .flags = {{"cell", "NAME=VALUE,...",
                           "the cell: a value for every dimension that has more than one; `worst`: that of `collapse check`"},
                          {"replicate", "NUMBER", "the replicate, from 0"},
                          {"json", "", "print JSON"}},
                .example = "collapse replay sweep.h5 --cell worst --replicate 0"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const Replay shown = replay(store::ResultView(arguments.operands.front()), arguments);
        if (arguments.has("json")) print_json(to_json(shown));
        else print_text(shown);
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_replay()
{
    static const RunAgain instance;
    return instance;
}

}  // namespace collapse::app
