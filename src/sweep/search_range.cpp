#include "collapse/sweep/search_range.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "collapse/support/failure.hpp"

namespace collapse::sweep {

namespace {

using Kind = Parameter::Kind;
using Ends = std::pair<double, double>;

/// Coordinates whose kind does not tell where they are of interest.
struct Habit {
    std::string_view name;
    std::vector<Ends> ranges;
};

const std::vector<Habit>& habits()
{
    static const std::vector<Habit> table{
        {"w", {{-1, 2}, {0, 1}}},  // labels may have any share, rows a weight in [0, 1]
        {"ell", {{0, 4}}},
        {"a", {{0, 2}}},
        {"b", {{0, 2}}},
        {"r", {{0, 2}}},
        {"alpha", {{-2, 6}}},
        {"beta", {{0, 4}}},
        {"beta_synthetic", {{0, 4}}},
        {"d", {{1, 1e4}}},
    };
    return table;
}

std::vector<Ends> ends_of(const Coordinate& coordinate)
{
    for (const Habit& habit : habits())
        if (habit.name == coordinate.name) return habit.ranges;
    switch (coordinate.kind) {
        case Kind::fraction: return {{0, 1}};
        case Kind::positive:
        case Kind::non_negative: return {{1e-8, 1e3}};
        case Kind::count: return {{1, 1e6}};
        case Kind::generations: return {{0, 100}};
        case Kind::real: break;
    }
    return {};
}

/// Sizes are searched over orders of magnitude, exponents are not.
bool is_logarithmic(const Coordinate& coordinate)
{
    const bool size = coordinate.kind == Kind::positive || coordinate.kind == Kind::non_negative;
    return size && coordinate.name != "beta" && coordinate.name != "beta_synthetic";
}

}  // namespace

std::vector<SearchRange> default_ranges(const CoordinatePointer& coordinate)
{
    std::vector<SearchRange> ranges;
    for (const auto& [low, high] : ends_of(*coordinate))
        ranges.push_back({coordinate, low, high, is_logarithmic(*coordinate), coordinate->is_whole()});
    return ranges;
}

SearchRange range_of(const CoordinatePointer& coordinate, double low, double high, const std::string& text)
{
    SearchRange range{coordinate, low, high, is_logarithmic(*coordinate), coordinate->is_whole()};
    const Kind kind = coordinate->kind;
    support::validate(std::isfinite(low) && std::isfinite(high), "--range {} is endless; give finite numbers", text);
    support::validate(kind != Kind::fraction || (low >= 0 && high <= 1),
                      "--range {} leaves [0, 1], where {} lies; give a part of it", text, coordinate->name);
    support::validate(!range.logarithmic || low > 0,
                      "--range {} starts at or below 0, but {} is searched logarithmically; start above 0", text, coordinate->name);
    const double least = kind == Kind::count ? 1 : kind == Kind::generations || kind == Kind::non_negative ? 0 : low;
    support::validate(low >= least, "--range {} starts below {}, but {} does not; start there", text, least, coordinate->name);
    support::validate(!range.whole || (low == std::floor(low) && high == std::floor(high)),
                      "--range {} has ends that are not whole, but {} is; give whole numbers", text, coordinate->name);
    return range;
}

}  // namespace collapse::sweep
