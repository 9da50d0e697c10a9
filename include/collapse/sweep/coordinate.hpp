#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "collapse/problem/cell.hpp"

namespace collapse::sweep {

using problem::Cell;
using problem::Parameter;

struct Coordinate;

/// Those of the program live as long as it does, those that a config brings along as long as somebody holds them.
using CoordinatePointer = std::shared_ptr<const Coordinate>;

/// A name that may stand in [grid]: a parameter itself, or a quantity that determines one together with T or beta
/// (ell: lambda = T^-ell, b: T0 = T^b, a: n = T^a, r: alpha = 1 + beta (2 r - 1)). Only one of those that share a parameter may be given.
struct Coordinate {
    std::string_view name;
    const Parameter* parameter;  ///< what it determines
    Parameter::Kind kind;        ///< the values it may take
    std::string_view symbol;     ///< LaTeX
    std::string_view long_name;
    double (*to_parameter)(double value, const Cell& cell);  ///< nullptr: the parameter itself
    CoordinatePointer follows = nullptr;                     ///< of a tie (tie.hpp): the parameter that the value is a multiple of

    /// Whether its values are whole numbers.
    bool is_whole() const { return kind == Parameter::Kind::count || kind == Parameter::Kind::generations; }
    /// Whether other parameters must be set before.
    bool is_derived() const { return to_parameter != nullptr || follows != nullptr; }
    /// Sets the parameter. T and beta of the cell, or what it follows, must be set before, for those that need them.
    void set(Cell& cell, double value) const;
};

/// The coordinates of the program.
std::span<const Coordinate> coordinates();

/// The coordinate of the program called `name`, or nullptr.
CoordinatePointer find_coordinate(std::string_view name);

/// A parameter that a config brings along: one of Cell::own, any real number.
CoordinatePointer own_coordinate(std::string name);

/// The one or the other: for a name that is known to be one of a grid.
CoordinatePointer coordinate_called(const std::string& name);

}  // namespace collapse::sweep
