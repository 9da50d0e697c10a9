#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "collapse/app/build.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/table_text.hpp"
#include "collapse/app/theory_question.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"
#include "collapse/sweep/optimum.hpp"

namespace collapse::app {

namespace {

using numerics::Place;
using sweep::SearchRange;

/// Values of every coordinate searched, at the lower or upper ends of the ranges.
std::vector<Asked> ends_of(const std::vector<SearchRange>& over, double SearchRange::*end)
{
    std::vector<Asked> result;
    for (const SearchRange& range : over) result.push_back({range.coordinate, range.*end});
    return result;
}

/// What to search, and the sweep of all other coordinates.
struct Question {
    std::vector<SearchRange> over;
    sweep::Settings settings;
};

std::vector<sweep::CoordinatePointer> coordinates_of(const Arguments& arguments)
{
    support::validate(arguments.has("over"),
                      "--over is missing; say what to optimise: one or two parameters, such as --over w,lambda");
    const std::string& text = arguments.flags.at("over");
    std::vector<sweep::CoordinatePointer> result;
    for (const std::string& name : support::split(text, ',')) result.push_back(sweep::coordinate_called(support::trim(name)));
    support::validate(result.size() <= 2, "--over {} names {} parameters; give one or two", text, result.size());
    support::validate(result.size() < 2 || result[0]->parameter->name != result[1]->parameter->name,
                      "--over {} names the same parameter twice; give two that differ", text);
    return result;
}

/// The ranges asked for by `--range`, two numbers a coordinate. Values at both ends must be possible, so that those between are.
Question question_in_range(const Arguments& arguments, const std::vector<sweep::CoordinatePointer>& over)
{
    const std::string& text = arguments.flags.at("range");
    const std::vector<double> ends = sweep::parse_list("--range", text).values;
    bool increasing = ends.size() == 2 * over.size();
    for (std::size_t k = 0; k < over.size() && increasing; ++k) increasing = ends[2 * k] < ends[2 * k + 1];
    support::validate(increasing, "--range {} is no range; write two increasing numbers for each parameter: --range 0,1{}", text,
                      over.size() == 2 ? ",1e-6,10" : "");
    Question question;
    for (std::size_t k = 0; k < over.size(); ++k)
        question.over.push_back(sweep::range_of(over[k], ends[2 * k], ends[2 * k + 1], text));
    settings_about(arguments, ends_of(question.over, &SearchRange::high));
    question.settings = settings_about(arguments, ends_of(question.over, &SearchRange::low));
    return question;
}

/// The widest of the default ranges that the protocol takes.
Question question_by_default(const Arguments& arguments, const std::vector<sweep::CoordinatePointer>& over)
{
    std::vector<std::vector<SearchRange>> choices;
    for (const sweep::CoordinatePointer& coordinate : over) {
        choices.push_back(sweep::default_ranges(coordinate));
        std::vector<std::string> known;
        for (const sweep::Coordinate& one : sweep::coordinates()) known.emplace_back(one.name);
        const std::string guess = support::nearest(coordinate->name, known);
        support::validate(!choices.back().empty(),
                          "--over {}: nothing is known of this parameter{}; say where to search by --range A,B", coordinate->name,
                          guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
    }
    while (true) {
        Question question;
        for (const auto& ranges : choices) question.over.push_back(ranges.front());
        try {
            settings_about(arguments, ends_of(question.over, &SearchRange::high));
            question.settings = settings_about(arguments, ends_of(question.over, &SearchRange::low));
            return question;
        } catch (const support::InvalidInput&) {
            const auto narrower = std::ranges::find_if(choices, [](const auto& ranges) { return ranges.size() > 1; });
            if (narrower == choices.end()) throw;
            narrower->erase(narrower->begin());
        }
    }
}

Question optimum_asked(const Arguments& arguments)
{
    const auto over = coordinates_of(arguments);
    return arguments.has("range") ? question_in_range(arguments, over) : question_by_default(arguments, over);
}

/// One variable of the answer, over all cells.
store::TableVariable variable(const std::string& name, const std::string& long_name, std::size_t cells)
{
    return {name, long_name, std::vector<double>(cells, std::nan("")), {}};
}

/// The best values of one coordinate.
class Best {
  public:
    Best(const SearchRange& range, bool alone, std::size_t cells)
        : name_(range.name()),
          value_(variable("optimum_" + name_,
                          fmt::format("minimiser of the theoretical test error from {:g} to {:g}: {}", range.low, range.high,
                                      range.coordinate->long_name),
                          cells)),
          place_(variable(alone ? "optimum_place" : "optimum_" + name_ + "_place",
                          fmt::format("where in the searched range the optimum of {} lies", name_), cells)),
          clean_(variable("optimum_" + name_ + "_clean", "the same without synthetic generations (n = 0)", cells)),
          clean_place_(variable(alone ? "optimum_place_clean" : "optimum_" + name_ + "_place_clean",
                                "where in the searched range that lies", cells))
    {
        place_.flag_meanings = clean_place_.flag_meanings = {"interior", "lower_border", "upper_border", "nowhere"};
    }

    void put(std::size_t cell, std::size_t k, const sweep::CellOptimum& found)
    {
        value_.values[cell] = found.collapsed.x[k];
        place_.values[cell] = static_cast<double>(found.collapsed.place[k]);
        clean_.values[cell] = found.clean.x[k];
        clean_place_.values[cell] = static_cast<double>(found.clean.place[k]);
    }

    std::string describe(std::size_t cell) const { return fmt::format("{} = {:.10g}{}", name_, value_.values[cell], remark(cell)); }
    bool is_nowhere() const
    {
        return std::ranges::all_of(place_.values, [](double place) { return place == static_cast<double>(Place::nowhere); });
    }
    std::vector<store::TableVariable> variables() const { return {value_, place_, clean_, clean_place_}; }

  private:
    const char* remark(std::size_t cell) const
    {
        switch (static_cast<Place>(static_cast<int>(place_.values[cell]))) {
            case Place::lower_border: return " (on the border, the lower one)";
            case Place::upper_border: return " (on the border, the upper one)";
            case Place::nowhere: return " (no optimum: constant or infinite)";
            case Place::interior: break;
        }
        return "";
    }

    std::string name_;
    store::TableVariable value_, place_, clean_, clean_place_;
};

class Optimum final : public Verb {
  public:
    Usage usage() const override
    {
        return {
            .verb = "optimum",
            .operands = "CONFIG",
            .summary = "the value of one or two parameters that minimises the theoretical test error, for every other cell",
            .flags = {{"over", "NAME,NAME", "what to optimise: any parameter of the sweep (w, lambda, ell, p, n, T0, ...), or two"},
                      {"range", "A,B",
                       "where to search, two numbers for each (default: w -1,2 or 0,1; fractions 0,1; ridges, noises "
                       "and k 1e-8,1e3; n 0,100; sample sizes 1,1e6; ell and beta 0,4; a, b, r 0,2)"},
                      {"output", "FILE", "result file (default: the config's name with -optimum-NAME.h5)"},
                      {"json", "", "print all cells as JSON"},
                      {"csv", "", "print all cells as CSV, a line each"}},
            .config_keys = true,
            .example = "collapse optimum sweep.ini --over w,lambda"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const bool whole = wants_table(arguments);
        const Question question = optimum_asked(arguments);
        const sweep::Settings& settings = question.settings;
        const sweep::Grid grid = settings.grid();
        const std::size_t cells = grid.cells();
        std::vector<std::string> names, ends;
        std::vector<Best> best;
        for (const SearchRange& range : question.over) {
            names.emplace_back(range.name());
            ends.push_back(fmt::format("{},{}", range.low, range.high));
            best.emplace_back(range, question.over.size() == 1, cells);
        }
        store::Table table = table_about(grid, ends_of(question.over, &SearchRange::low));
        table.title = fmt::format("Optimal {} by theory", fmt::join(names, " and "));
        table.schema_name = "collapse-optimum";
        table.question = fmt::format("--over {} --range {}", fmt::join(names, ","), fmt::join(ends, ","));
        auto error = variable("optimum_test_error", "test error at the optimum", cells);
        auto clean_error = variable("optimum_test_error_clean", "test error at the optimum without synthetic generations", cells);
        for (std::size_t cell = 0; cell < cells; ++cell) {
            const sweep::CellOptimum found = sweep::find_optimum(settings, sweep::CellIndex{cell}, question.over);
            for (std::size_t k = 0; k < best.size(); ++k) best[k].put(cell, k, found);
            error.values[cell] = found.collapsed.test_error;
            clean_error.values[cell] = found.clean.test_error;
        }
        for (const Best& one : best)
            for (const store::TableVariable& part : one.variables()) table.variables.push_back(part);
        table.variables.push_back(error);
        table.variables.push_back(clean_error);
        const std::string output = output_of(arguments, fmt::format("optimum-{}", fmt::join(names, "-")));
        store::write_table(output, table, settings, provenance_of(settings, arguments.config().text));
        if (whole) fmt::print("{}\n", table_text(table, arguments));
        else print(grid, best, error.values);
        tell(fmt::format("{} in {}", support::counted(cells, "cell"), output));
        return std::ranges::all_of(best, &Best::is_nowhere) ? Exit::nothing : Exit::complete;
    }

  private:
    static void print(const sweep::Grid& grid, const std::vector<Best>& best, const std::vector<double>& error)
    {
        constexpr std::size_t most_lines = 40;
        for (std::size_t cell = 0; cell < std::min(error.size(), most_lines); ++cell) {
            std::vector<std::string> words;
            for (const Best& one : best) words.push_back(one.describe(cell));
            fmt::print("{}, test error {:.6g}; {}\n", fmt::join(words, ", "), error[cell], grid.describe(sweep::CellIndex{cell}));
        }
        if (error.size() > most_lines) fmt::print("... and {}\n", support::counted(error.size() - most_lines, "more cell"));
    }
};

}  // namespace

const Verb& verb_optimum()
{
    static const Optimum instance;
    return instance;
}

}  // namespace collapse::app
