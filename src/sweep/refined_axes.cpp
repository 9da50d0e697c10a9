#include <algorithm>
#include <cmath>
#include <functional>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/refine.hpp"

namespace collapse::sweep {

using support::validate;

namespace {

constexpr std::int64_t most_levels = 10, usual_levels = 4;
constexpr double usual_tolerance = 0.1;
constexpr std::array<std::string_view, 3> targets{"regime", "test_error", "ratio_to_clean"};

using Kind = Parameter::Kind;

/// Exponents and fractions are halved linearly.
bool has_scale(const Coordinate& coordinate)
{
    return coordinate.kind != Kind::real && coordinate.kind != Kind::fraction && coordinate.name != "beta";
}

Axis& axis_called(Settings& settings, const std::string& name)
{
    std::vector<std::string> several;
    for (const Axis& axis : settings.axes)
        if (axis.values.size() > 1) several.emplace_back(axis.name());
    const auto found = std::ranges::find(settings.axes, name, &Axis::name);
    validate(found != settings.axes.end() && found->values.size() > 1,
             "refine.axes names {}, which is not an axis with several values; {}", name.empty() ? "nothing" : name,
             several.empty() ? "give [grid] lists of at least two values" : "choose among " + support::enumerate(several));
    return *found;
}

void check_choices(RefineSettings& refine)
{
    const std::vector<std::string> known(targets.begin(), targets.end());
    const std::string guess = support::nearest(refine.on, known);
    validate(std::ranges::find(known, refine.on) != known.end(), "refine.on = {} is not known{}; choose {}", refine.on,
             guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(known, "or"));
    validate(refine.levels >= 1 && refine.levels <= most_levels,
             "refine.levels = {} is not possible; give how often intervals are halved, from 1 to {}", refine.levels, most_levels);
    validate(refine.tolerance >= 0 && std::isfinite(refine.tolerance),
             "refine.tolerance = {} is no change of a logarithm; give a positive number, such as 0.1 for 10 %", refine.tolerance);
    validate(refine.on != "regime" || refine.tolerance == 0,
             "refine.tolerance = {} is not used with on = regime, which changes or does not; remove it, refine.levels says how "
             "fine its boundaries become",
             refine.tolerance);
    for (auto name = refine.axes.begin(); name != refine.axes.end(); ++name)
        validate(std::count(refine.axes.begin(), name, *name) == 0, "refine.axes names {} twice; name it once", *name);
    validate(refine.start.empty() || refine.start.size() == refine.axes.size(),
             "refine.start has {} lists, but refine.axes names {}; give one for each, separated by semicolons", refine.start.size(),
             refine.axes.size());
}

/// Every interval can be halved.
void check_start(const Axis& axis, const std::vector<double>& start)
{
    const bool rising = std::ranges::adjacent_find(start, std::greater_equal{}) == start.end();
    const bool falling = std::ranges::adjacent_find(start, std::less_equal{}) == start.end();
    validate(rising || falling, "grid.{} = {} goes up and down, so its intervals cannot be halved; sort it to refine it",
             axis.name(), support::exact(start));
    validate(std::ranges::none_of(start, [](double value) { return std::isinf(value); }),
             "grid.{} contains inf, towards which no interval can be halved; leave it out, or {} out of refine.axes", axis.name(),
             axis.name());
}

}  // namespace

std::span<const std::string_view> refinement_targets() { return targets; }

std::vector<double> halved(const Coordinate& coordinate, const std::vector<double>& start, std::int64_t levels)
{
    const std::int64_t parts = std::int64_t{1} << levels;
    std::vector<double> finest{start.front()};
    for (std::size_t i = 1; i < start.size(); ++i) {
        const double a = start[i - 1], b = start[i];
        const bool logarithmic = has_scale(coordinate) && a > 0 && b > 0;
        for (std::int64_t part = 1; part < parts; ++part) {
            const double t = static_cast<double>(part) / static_cast<double>(parts);
            const double between = logarithmic ? std::exp(std::log(a) + t * (std::log(b) - std::log(a))) : a + t * (b - a);
            const double value = coordinate.is_whole() ? std::round(between) : between;
            if (value != finest.back() && value != b) finest.push_back(value);
        }
        finest.push_back(b);
    }
    return finest;
}

Settings with_finest_axes(Settings settings)
{
    RefineSettings& refine = settings.refine;
    if (refine.axes.empty()) {
        const RefineSettings none;
        validate(refine.on == none.on && refine.levels == 0 && refine.tolerance == 0 && refine.start.empty(),
                 "[refine] has no refine.axes; name the axes to refine, for instance axes = T, lambda");
        return settings;
    }
    if (refine.levels == 0) refine.levels = usual_levels;
    check_choices(refine);
    if (refine.tolerance == 0 && refine.on != "regime") refine.tolerance = usual_tolerance;
    const bool as_in_grid = refine.start.empty();
    for (std::size_t i = 0; i < refine.axes.size(); ++i) {
        Axis& axis = axis_called(settings, refine.axes[i]);
        if (as_in_grid) refine.start.push_back(axis.values);
        const std::vector<double>& start = refine.start[i];
        check_start(axis, start);
        std::vector<double> finest = start.empty() ? start : halved(*axis.coordinate, start, refine.levels);
        validate(as_in_grid || finest == axis.values,
                 "refine.start = {} does not become grid.{} when it is halved {} times; leave refine.start out, then the list in "
                 "[grid] is what refinement starts from",
                 support::exact(start), axis.name(), refine.levels);
        validate(finest.size() > start.size(), "grid.{} = {} leaves no whole number to refine it by; leave {} out of refine.axes",
                 axis.name(), support::exact(start), axis.name());
        axis.values = std::move(finest);
    }
    return settings;
}

}  // namespace collapse::sweep
