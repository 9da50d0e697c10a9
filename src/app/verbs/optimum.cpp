#include <algorithm>
#include <cmath>

#include "collapse/app/build.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/table_text.hpp"
#include "collapse/app/theory_question.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/optimum.hpp"

namespace collapse::app {

namespace {

using sweep::OptimumQuestion;

constexpr double nowhere = 3;  ///< of place.flag_meanings

/// The range asked for by `--range a,b`, or the default.
OptimumQuestion question_of(const Arguments& arguments)
{
    support::validate(arguments.has("over"), "--over is missing; say what to optimise: w, p, lambda or ell");
    OptimumQuestion question = sweep::question_about(arguments.flags.at("over"));
    if (!arguments.has("range")) return question;
    read_range(arguments, question.low, question.high);
    const bool fraction = question.over->kind == problem::Parameter::Kind::fraction;
    support::validate(!fraction || (question.low >= 0 && question.high <= 1),
                      "--range {} leaves [0, 1], where {} lies; give a part of it", arguments.flags.at("range"),
                      question.over->name);
    support::validate(!question.logarithmic || question.low > 0,
                      "--range {} starts at or below 0, but lambda is searched logarithmically; start above 0",
                      arguments.flags.at("range"));
    return question;
}

/// One variable of the answer, over all cells.
store::TableVariable variable(const std::string& name, const std::string& long_name, std::size_t cells)
{
    return {name, long_name, std::vector<double>(cells, std::nan("")), {}};
}

class Optimum final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "optimum",
                .operands = "CONFIG",
                .summary = "the w, p, lambda or ell that minimises the theoretical test error, for every other cell",
                .flags = {{"over", "NAME", "what to optimise: w, p, lambda or ell"},
                          {"range", "A,B", "where to search (default: w, p in 0,1; lambda in 1e-8,1e3; ell in 0,4)"},
                          {"output", "FILE", "result file (default: the config's name with -optimum-NAME.h5)"},
                          {"json", "", "print all cells as JSON"},
                          {"csv", "", "print all cells as CSV, a line each"}},
                .config_keys = true};
    }

    Exit run(const Arguments& arguments) const override
    {
        const bool whole = wants_table(arguments);
        const OptimumQuestion question = question_of(arguments);
        const sweep::Settings settings = settings_about(arguments, *question.over, 0.5 * (question.low + question.high));
        const sweep::Grid grid = settings.grid();
        const std::string name(question.over->name), symbol_name(question.over->long_name);

        store::Table table = table_about(grid, *question.over);
        table.title = fmt::format("Optimal {} by theory", name);
        table.schema_name = "collapse-optimum";
        table.question = fmt::format("--over {} --range {},{}", name, question.low, question.high);
        const std::size_t cells = grid.cells();
        auto best = variable("optimum_" + name, fmt::format("minimiser of the theoretical test error: {}", symbol_name), cells);
        auto error = variable("optimum_test_error", "test error at the optimum", cells);
        auto place = variable("optimum_place", "where in the searched range the optimum lies", cells);
        auto clean = variable("optimum_" + name + "_clean", "the same without synthetic generations (n = 0)", cells);
        auto clean_error = variable("optimum_test_error_clean", "test error at the optimum without synthetic generations", cells);
        place.flag_meanings = {"interior", "lower_border", "upper_border", "nowhere"};
        for (std::size_t cell = 0; cell < cells; ++cell) {
            const sweep::CellOptimum found = sweep::find_optimum(settings, grid.cell(cell), question);
            best.values[cell] = found.collapsed.x;
            error.values[cell] = found.collapsed.value;
            place.values[cell] = static_cast<double>(found.collapsed.place);
            clean.values[cell] = found.clean.x;
            clean_error.values[cell] = found.clean.value;
        }
        table.variables = {best, error, place, clean, clean_error};
        const std::string output = output_of(arguments, "optimum-" + name);
        store::write_table(output, table, settings, provenance_of(settings, arguments.config().text));
        if (whole) fmt::print("{}\n", table_text(table, arguments));
        else print(grid, name, best.values, error.values, place.values);
        tell(fmt::format("{} in {}", support::counted(cells, "cell"), output));
        const bool nothing = std::ranges::all_of(place.values, [](double where) { return where == nowhere; });
        return nothing ? Exit::nothing : Exit::complete;
    }

  private:
    static void print(const sweep::Grid& grid, const std::string& name, const std::vector<double>& best,
                      const std::vector<double>& error, const std::vector<double>& place)
    {
        constexpr std::size_t most_lines = 40;
        for (std::size_t cell = 0; cell < std::min(best.size(), most_lines); ++cell)
            fmt::print("{} = {:.10g}, test error {:.6g}{}; {}\n", name, best[cell], error[cell],
                       place[cell] == 0         ? ""
                       : place[cell] == nowhere ? " (no optimum: constant or infinite)"
                                                : " (on the border)",
                       grid.describe(cell));
        if (best.size() > most_lines) fmt::print("... and {}\n", support::counted(best.size() - most_lines, "more cell"));
    }
};

}  // namespace

const Verb& verb_optimum()
{
    static const Optimum instance;
    return instance;
}

}  // namespace collapse::app
