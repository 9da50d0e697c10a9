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

/// The values of a function at several places, which may cost less than one by one.
using Several = std::function<std::vector<double>(const std::vector<double>&)>;

/// The same for a function that takes several places at once: the scan, and those of each difference.
Minimum minimise_several(const Several& function, double low, double high);

/// The least value at whole numbers from low to high, themselves whole. Up to 129 numbers are all tried; of more a scan that is dense
/// near `low`, geometric in the distance from it, then scans between the neighbours of the best.
Minimum minimise_whole(const Several& function, double low, double high);

}  // namespace collapse::numerics
