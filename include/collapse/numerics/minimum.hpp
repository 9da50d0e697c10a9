#pragma once

#include <functional>

namespace collapse::numerics {

/// Where on an interval the least value of a function lies.
enum class Place : unsigned char { interior = 0, lower_border, upper_border, nowhere };  ///< nowhere: constant, or never finite

struct Minimum {
    double x;      ///< NaN if nowhere
    double value;  ///< of the function at x
    Place place;
};

/// The global minimum of a smooth function on [low, high], low < high: the best of a coarse scan, then Brent's method around it,
/// then a root of the derivative (sixth-order differences), because the value alone fixes x only to half the digits: x is good to
/// about 1e-11 of the interval where the function is computed to rounding errors. Values that are NaN or inf count as large.
Minimum minimise(const std::function<double(double)>& function, double low, double high);

}  // namespace collapse::numerics
