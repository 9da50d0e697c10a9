#include "coordinates.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "collapse/problem/model.hpp"
#include "collapse/sweep/tie.hpp"

namespace collapse::store {

namespace {

using sweep::Axis;
using sweep::Cell;

/// The axis of parameter `name`.
const Axis* axis_of(const sweep::Grid& grid, std::string_view name)
{
    return &*std::ranges::find(grid.axes(), name, [](const Axis& axis) { return axis.coordinate->parameter->name; });
}

/// The axes that the parameter of an axis depends on, in storage order: r determines alpha together with beta, exponents go with T, and
/// a tie with what it follows.
std::vector<const Axis*> sources_of(const Axis& axis, const sweep::Grid& grid)
{
    if (axis.is_tie()) return sources_of(*axis_of(grid, axis.coordinate->follows->parameter->name), grid);
    std::vector<const Axis*> sources{&axis};
    if (axis.coordinate->is_derived()) sources.push_back(axis_of(grid, axis.name() == "r" ? "beta" : "T"));
    std::ranges::sort(sources);
    return sources;
}

/// Evaluates `value` over those of the sources that are dimensions; the others contribute their one value.
void tabulate(DerivedCoordinate& result, const sweep::Grid& grid, const std::function<double(const std::vector<double>&)>& value)
{
    const auto all = grid.dimensions();
    std::size_t size = 1;
    for (const Axis* axis : result.sources) {
        size *= axis->values.size();
        if (std::ranges::find(all, axis) != all.end()) result.dimensions.push_back(axis);
    }
    std::vector<double> point(result.sources.size());
    for (std::size_t index = 0; index < size; ++index) {
        std::size_t rest = index;
        for (std::size_t k = point.size(); k-- > 0;) {
            const std::vector<double>& values = result.sources[k]->values;
            point[k] = values[rest % values.size()];
            rest /= values.size();
        }
        result.values.push_back(value(point));
    }
}

}  // namespace

std::vector<DerivedCoordinate> derived_coordinates(const sweep::Grid& grid)
{
    std::vector<DerivedCoordinate> result;
    for (const Axis& axis : grid.axes()) {
        if (!axis.coordinate->is_derived()) continue;
        const auto described_by = axis.is_tie() ? axis.coordinate : sweep::find_coordinate(axis.coordinate->parameter->name);
        DerivedCoordinate& derived = result.emplace_back(DerivedCoordinate{described_by->name,
                                                                           described_by->symbol,
                                                                           described_by->long_name,
                                                                           axis.is_tie() ? sweep::text_of(axis) : "",
                                                                           sources_of(axis, grid),
                                                                           {},
                                                                           {}});
        tabulate(derived, grid, [&](const std::vector<double>& point) {
            Cell cell;
            const auto set = [&](bool exponents) {
                for (std::size_t k = 0; k < point.size(); ++k)
                    if (derived.sources[k]->coordinate->is_derived() == exponents) grid.set(cell, *derived.sources[k], point[k]);
            };
            set(false);
            set(true);
            if (axis.is_tie()) grid.set(cell, axis, axis.values.front());
            return axis.coordinate->parameter->in(std::as_const(cell));
        });
    }
    const Axis *alpha = axis_of(grid, "alpha"), *beta = axis_of(grid, "beta");
    if (!alpha->used || !beta->used || alpha->coordinate->is_derived() || beta->coordinate->is_derived()) return result;
    const auto r = sweep::find_coordinate("r");
    result.push_back({r->name, r->symbol, r->long_name, {}, {alpha, beta}, {}, {}});
    tabulate(result.back(), grid, [](const std::vector<double>& point) { return problem::r_from_alpha(point[0], point[1]); });
    return result;
}

}  // namespace collapse::store
