#pragma once

#include <functional>
#include <vector>

namespace collapse::numerics {

/// Where on an interval the least value of a function lies.
enum class Place : unsigned char { interior = 0, lower_border, upper_border, nowhere };  ///< nowhere: constant, or never finite

struct Minimum {
    double x;      ///< NaN if nowhere
    double value;  ///< of the function at x
    Place place;
};

/// The global minimum of a smooth function on [low, high], low < high: a coarse scan, then from its lowest valleys Brent's method
/// and a root of the derivative (sixth-order differences), because the value alone fixes x only to half the digits: x is good to
/// about 1e-11 of the interval where the function is computed to rounding errors. Values that are NaN or inf count as large.
Minimum minimise(const std::function<double(double)>& function, double low, double high);

/// The least value at whole numbers from low to high, themselves whole; the function takes several at once. Up to 129 numbers are
/// all tried; of more a scan that is dense near `low`, geometric in the distance from it, then scans between the neighbours of the best.
Minimum minimise_whole(const std::function<std::vector<double>(const std::vector<double>&)>& function, double low, double high);

}  // namespace collapse::numerics
