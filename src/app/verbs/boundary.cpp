#include <algorithm>
#include <cmath>
#include <numeric>

#include "collapse/app/build.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/table_text.hpp"
#include "collapse/app/theory_question.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/problem/numbers.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/boundary.hpp"

namespace collapse::app {

namespace {

using sweep::BoundaryQuestion;
using sweep::Side;

sweep::Quantity quantity_called(const std::string& name)
{
    std::vector<std::string> names;
    for (const sweep::Quantity& quantity : sweep::quantities()) names.emplace_back(quantity.name);
    const auto found = std::ranges::find(sweep::quantities(), name, &sweep::Quantity::name);
    const std::string guess = support::nearest(name, names);
    support::validate(found != sweep::quantities().end(), "--between has no component {}{}; choose two of {}", name,
                      guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(names, "and"));
    return *found;
}

void read_components(const std::string& text, BoundaryQuestion& question)
{
    const std::vector<std::string> names = support::split(text, ',');
    support::validate(names.size() == 2 && names[0] != names[1],
                      "--between {} does not name two components; write them like --between clean_variance,collapse_variance",
                      text);
    question.one = quantity_called(names[0]);
    question.other = quantity_called(names[1]);
}

double middle_of(const sweep::SearchRange& range)
{
    return range.logarithmic ? std::sqrt(range.low * range.high) : 0.5 * (range.low + range.high);
}

/// The sweep of all other coordinates. Values at both ends of a linear range must be possible, so that those between are.
sweep::Settings settings_in(const Arguments& arguments, const sweep::SearchRange& range)
{
    for (const double end : {range.low, range.high})
        if (!range.logarithmic) settings_about(arguments, {{range.coordinate, end}});
    return settings_about(arguments, {{range.coordinate, middle_of(range)}});
}

/// What `--range` says of the coordinate, or the widest of the default ranges that the protocol takes.
sweep::SearchRange range_of(const Arguments& arguments)
{
    support::validate(arguments.has("along"), "--along is missing; say along which axis, such as T, n, lambda or ell");
    const std::string& along = arguments.flags.at("along");
    std::vector<sweep::SearchRange> ranges = sweep::boundary_ranges(along);
    if (arguments.has("range")) {
        sweep::SearchRange range =
            ranges.empty() ? sweep::SearchRange{sweep::coordinate_called(along), 0, 0, false, false} : ranges.front();
        read_range(arguments, range.low, range.high);
        support::validate(std::isfinite(range.low) && std::isfinite(range.high), "--range {},{} is endless; give finite numbers",
                          range.low, range.high);
        support::validate(!range.logarithmic || range.low > 0,
                          "--range {},{} leaves the positive numbers, which are searched logarithmically; start above 0", range.low,
                          range.high);
        return range;
    }
    std::vector<std::string> known;
    for (const sweep::Coordinate& one : sweep::coordinates()) known.emplace_back(one.name);
    const std::string guess = support::nearest(along, known);
    support::validate(!ranges.empty(), "--along {}: nothing is known of this parameter{}; say where to search by --range A,B",
                      along, guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
    while (ranges.size() > 1) {
        try {
            settings_in(arguments, ranges.front());
            break;
        } catch (const support::InvalidInput&) {
            ranges.erase(ranges.begin());
        }
    }
    return ranges.front();
}

BoundaryQuestion question_of(const Arguments& arguments)
{
    BoundaryQuestion question{range_of(arguments)};
    support::validate(arguments.has("between") != arguments.has("growth"),
                      "a boundary is either --between two components or at a --growth of the error; give one of the two");
    if (arguments.has("between")) read_components(arguments.flags.at("between"), question);
    else {
        question.growth = problem::parse_number("--growth", arguments.flags.at("growth"));
        support::validate(*question.growth > 1 && std::isfinite(*question.growth),
                          "--growth {} is no growth; give a factor above 1, such as 2", *question.growth);
    }
    return question;
}

/// The dimension of a boundary that is crossed more than once.
sweep::Axis crossing_axis(std::size_t count)
{
    static const sweep::Coordinate crossing{
        "crossing", nullptr, problem::Parameter::Kind::count, "i", "number of the crossing, from the lowest", nullptr};
    std::vector<double> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 1.0);
    return {sweep::CoordinatePointer(std::shared_ptr<void>(), &crossing), numbers};
}

/// `A exceeds B`, with the words of the user.
std::string what_exceeds(const BoundaryQuestion& question)
{
    if (question.growth) return fmt::format("the test error exceeds {:g} times that of n = 0", *question.growth);
    return fmt::format("{} exceeds {}", question.one.name, question.other.name);
}

/// Where that is so: `from T = 12 (test error 0.3) on`, `up to ...`, `everywhere in the range`.
std::string where(const sweep::Boundary& boundary, const std::string& name)
{
    if (boundary.crossings.empty())
        return boundary.throughout == Side::above   ? "everywhere in the range"
               : boundary.throughout == Side::below ? "nowhere in the range"
                                                    : "unknown: theory jumps, or has no such components";
    std::vector<std::string> places;
    for (const sweep::Crossing& crossing : boundary.crossings) {
        const std::string place = fmt::format("{} = {:.10g} (test error {:.6g})", name, crossing.x, crossing.test_error);
        places.push_back(crossing.beyond == Side::above   ? "from " + place + " on"
                         : crossing.beyond == Side::below ? "up to " + place
                                                          : "to one side of " + place);
    }
    return fmt::format("{}", fmt::join(places, ", "));
}

class Boundary final : public Verb {
  public:
    Usage usage() const override
    {
        return {
            .verb = "boundary",
            .operands = "CONFIG",
            .summary = "where two components of the theoretical test error, or two errors, are equal; or a growth",
            .flags = {{"along", "NAME", "the axis to search: any parameter of the sweep but d (T, n, lambda, ell, sigma0, w, ...)"},
                      {"between", "A,B",
                       "two of clean_bias, clean_variance, collapse_bias, collapse_variance, bias, variance, test_error, "
                       "generator_error (with test_error: where the student equals its teacher)"},
                      {"growth", "X", "instead: the error is X times that without synthetic generations"},
                      {"range", "A,B",
                       "where to search (default: T 10,1e8; n and T0 1,1e8; sigma0 1e-3,1e3; all others as in optimum)"},
                      {"output", "FILE", "result file (default: the config's name with -boundary-NAME.h5)"},
                      {"json", "", "print all cells as JSON"},
                      {"csv", "", "print all cells as CSV, a line each"}},
            .config_keys = true,
            .example = "collapse boundary sweep.ini --along T --between clean_variance,collapse_variance"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const bool whole = wants_table(arguments);
        const BoundaryQuestion question = question_of(arguments);
        const std::string name(question.along.name());
        const std::vector<Asked> asked{{question.along.coordinate, middle_of(question.along)}};
        const sweep::Settings settings = settings_in(arguments, question.along);
        const sweep::Grid grid = settings.grid();
        support::validate(
            question.along.coordinate->parameter->name != "n" ||
                sweep::protocol_of(settings).continuous_generations(grid.row(sweep::RowIndex{0}), settings.model.choices),
            "protocol {} has predictions for whole n only; choose another --along, or protocol = replace", settings.protocol);
        std::vector<sweep::Boundary> found;
        std::size_t most = 1;
        for (sweep::CellIndex cell{0}; cell.value < grid.cells(); ++cell) {
            found.push_back(sweep::find_boundary(settings, cell, question));
            most = std::max(most, found.back().crossings.size());
        }

        store::Table table = table_about(grid, asked);
        const std::string what = question.growth ? fmt::format("the test error is {:g} times that of n = 0", *question.growth)
                                                 : arguments.flags.at("between") + " are equal";
        table.title = fmt::format("{} where {}, by theory", name, what);
        table.schema_name = "collapse-boundary";
        table.question = fmt::format(
            "--along {} --range {},{} {}", name, question.along.low, question.along.high,
            question.growth ? fmt::format("--growth {}", *question.growth) : "--between " + arguments.flags.at("between"));
        table.dimensions.push_back(crossing_axis(most));
        const std::vector<double> nowhere(grid.cells() * most, std::nan(""));
        table.variables = {
            {"boundary_" + name, fmt::format("{} where {}", question.along.coordinate->long_name, what), nowhere, {}},
            {"boundary_test_error", "asymptotic test error there", nowhere, {}},
            {"boundary_beyond",
             "beyond that place, or throughout where there is none: whether " + what_exceeds(question),
             std::vector<double>(grid.cells() * most, 0),
             {"unknown", "no", "yes"}}};
        for (std::size_t cell = 0; cell < found.size(); ++cell) {
            const auto& crossings = found[cell].crossings;
            const auto put = [&](std::size_t k, double x, double test_error, Side beyond) {
                table.variables[0].values[cell * most + k] = x;
                table.variables[1].values[cell * most + k] = test_error;
                table.variables[2].values[cell * most + k] = static_cast<double>(beyond);
            };
            if (crossings.empty()) put(0, std::nan(""), std::nan(""), found[cell].throughout);
            for (std::size_t k = 0; k < crossings.size(); ++k) put(k, crossings[k].x, crossings[k].test_error, crossings[k].beyond);
        }
        const std::string output = output_of(arguments, "boundary-" + name);
        store::write_table(output, table, settings, provenance_of(settings, arguments.config().text));
        if (whole) {
            fmt::print("{}\n", table_text(table, arguments));
        } else {
            fmt::print("{}\n", what_exceeds(question));
            print(grid, name, found);
        }
        tell(fmt::format("{} in {}", support::counted(grid.cells(), "cell"), output));
        const bool nothing = std::ranges::all_of(found, [](const sweep::Boundary& boundary) {
            return boundary.crossings.empty() && boundary.throughout != Side::above && boundary.throughout != Side::below;
        });
        return nothing ? Exit::nothing : Exit::complete;
    }

  private:
    static void print(const sweep::Grid& grid, const std::string& name, const std::vector<sweep::Boundary>& found)
    {
        constexpr std::size_t most_lines = 40;
        for (std::size_t cell = 0; cell < std::min(found.size(), most_lines); ++cell)
            fmt::print("{}; {}\n", where(found[cell], name), grid.describe(sweep::CellIndex{cell}));
        if (found.size() > most_lines) fmt::print("... and {} more cells\n", found.size() - most_lines);
    }
};

}  // namespace

const Verb& verb_boundary()
{
    static const Boundary instance;
    return instance;
}

}  // namespace collapse::app
