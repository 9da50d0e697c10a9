#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collapse/sweep/grid.hpp"

/// A parameter that follows another instead of being an axis: `sigma0 = sigma`, `T0 = 2 T`. It is an axis all the same, of one value,
/// the factor; only what it sets is that many times the other parameter of the cell. A tie is made last, so that it may follow what
/// follows from an exponent (lambda = T^-ell); it never follows another tie.
namespace collapse::sweep {

/// What [grid] gives a parameter, a list or a tie, as an axis of it. Whether there is such another parameter, check_ties() says.
/// `key` is for messages: throws InvalidInput.
Axis parse_axis(const CoordinatePointer& coordinate, const std::string& key, std::string_view text);

/// The text that parse_axis() reads.
std::string text_of(const Axis& axis);

/// Whether a text is a tie and no list.
bool is_tie(std::string_view text);

/// Throws InvalidInput unless every tie follows a parameter that the grid has, that is neither a tie nor n, and may follow.
void check_ties(const std::vector<Axis>& axes);

}  // namespace collapse::sweep
