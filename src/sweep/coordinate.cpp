#include "collapse/sweep/coordinate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "collapse/problem/model.hpp"

namespace collapse::sweep {

namespace {

/// With all that its views look at.
struct OwnCoordinate {
    explicit OwnCoordinate(std::string given) : name(std::move(given)) {}

    std::string name;
    Parameter parameter{name, nullptr, Parameter::Kind::real, name, "parameter of the chain", Cell::unset};
    Coordinate coordinate{name, &parameter, parameter.kind, parameter.symbol, parameter.long_name, nullptr, nullptr};
};

std::vector<Coordinate> make_table()
{
    std::vector<Coordinate> table;
    for (const Parameter& parameter : problem::parameters())
        table.push_back({parameter.name, &parameter, parameter.kind, parameter.symbol, parameter.long_name, nullptr, nullptr});
    const auto add = [&](std::string_view name, std::string_view parameter, std::string_view symbol, std::string_view long_name,
                         double (*to_parameter)(double, const Cell&)) {
        table.push_back(
            {name, problem::find_parameter(parameter), Parameter::Kind::real, symbol, long_name, to_parameter, nullptr});
    };
    add("ell", "lambda", "\\ell", "ridge exponent: lambda = T^-ell",
        [](double ell, const Cell& cell) { return std::pow(cell.T, -ell); });
    add("b", "T0", "b", "generator sample size exponent: T0 = T^b, rounded to a whole number where it is simulated",
        [](double b, const Cell& cell) { return std::pow(cell.T, b); });
    add("a", "n", "a", "generations exponent: n = T^a, rounded to a whole number where it is simulated",
        [](double a, const Cell& cell) { return std::pow(cell.T, a); });
    add("r", "alpha", "r", "source exponent of the papers: alpha = 1 + beta (2 r - 1)",
        [](double r, const Cell& cell) { return problem::alpha_from_r(r, cell.beta); });
    return table;
}

}  // namespace

void Coordinate::set(Cell& cell, double value) const
{
    parameter->in(cell) = follows        ? value * follows->parameter->in(std::as_const(cell))
                          : to_parameter ? to_parameter(value, cell)
                                         : value;
}

std::span<const Coordinate> coordinates()
{
    static const std::vector<Coordinate> table = make_table();
    return table;
}

CoordinatePointer find_coordinate(std::string_view name)
{
    const auto all = coordinates();
    const auto found = std::ranges::find(all, name, &Coordinate::name);
    return found == all.end() ? nullptr : CoordinatePointer(std::shared_ptr<void>(), &*found);
}

CoordinatePointer own_coordinate(std::string name)
{
    const auto own = std::make_shared<OwnCoordinate>(std::move(name));
    return {own, &own->coordinate};
}

CoordinatePointer coordinate_called(const std::string& name)
{
    const CoordinatePointer found = find_coordinate(name);
    return found ? found : own_coordinate(name);
}

}  // namespace collapse::sweep
