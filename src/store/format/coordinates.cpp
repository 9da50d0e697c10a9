#include "coordinates.hpp"

#include <algorithm>
#include <functional>

#include "collapse/problem/model.hpp"

namespace collapse::store {

namespace {

using sweep::Axis;
using sweep::Cell;

/// Evaluates `value` over those of the axes that are dimensions; the others contribute their one value.
DerivedCoordinate tabulate(const sweep::Coordinate& described_by, std::string_view name, std::vector<const Axis*> axes,
                           const sweep::Grid& grid, const std::function<double(const std::vector<double>&)>& value)
{
    const auto all = grid.dimensions();
    DerivedCoordinate result{name, described_by.symbol, described_by.long_name, {}, {}};
    std::size_t size = 1;
    for (const Axis* axis : axes) {
        size *= axis->values.size();
        if (std::ranges::find(all, axis) != all.end()) result.dimensions.push_back(axis);
    }
    std::vector<double> point(axes.size());
    for (std::size_t index = 0; index < size; ++index) {
        std::size_t rest = index;
        for (std::size_t k = axes.size(); k-- > 0;) {
            point[k] = axes[k]->values[rest % axes[k]->values.size()];
            rest /= axes[k]->values.size();
        }
        result.values.push_back(value(point));
    }
    return result;
}

/// The axis of parameter `name`, or nullptr.
const Axis* axis_of(const sweep::Grid& grid, std::string_view name)
{
    const auto found = std::ranges::find(grid.axes(), name, [](const Axis& axis) { return axis.coordinate->parameter->name; });
    return found == grid.axes().end() ? nullptr : &*found;
}

}  // namespace

std::vector<DerivedCoordinate> derived_coordinates(const sweep::Grid& grid)
{
    std::vector<DerivedCoordinate> result;
    for (const Axis& axis : grid.axes()) {
        if (axis.coordinate->to_parameter == nullptr) continue;
        // r determines alpha together with beta, all others are exponents of T.
        const Axis* partner = axis_of(grid, axis.name() == "r" ? "beta" : "T");
        const bool first = &axis < partner;
        const std::string_view parameter = axis.coordinate->parameter->name;
        result.push_back(tabulate(*sweep::find_coordinate(parameter), parameter,
                                  first ? std::vector{&axis, partner} : std::vector{partner, &axis}, grid,
                                  [&](const std::vector<double>& point) {
                                      Cell cell;
                                      grid.set(cell, *partner, point[first ? 1 : 0]);
                                      grid.set(cell, axis, point[first ? 0 : 1]);
                                      return axis.coordinate->parameter->in(cell);
                                  }));
    }
    const Axis *alpha = axis_of(grid, "alpha"), *beta = axis_of(grid, "beta");
    const bool used = alpha->used && beta->used;
    if (used && alpha->coordinate->to_parameter == nullptr && beta->coordinate->to_parameter == nullptr)
        result.push_back(tabulate(*sweep::find_coordinate("r"), "r", {alpha, beta}, grid,
                                  [](const std::vector<double>& point) { return problem::r_from_alpha(point[0], point[1]); }));
    return result;
}

}  // namespace collapse::store
