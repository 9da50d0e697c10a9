#pragma once

#include <array>
#include <functional>

#include "collapse/numerics/minimum.hpp"

namespace collapse::numerics {

struct PlaneMinimum {
    std::array<double, 2> x;  ///< NaN for a coordinate that the function does not depend on
    double value;
    std::array<Place, 2> place;
};

/// The global minimum of a smooth function of two coordinates on low <= x <= high: a scan of 25 x 25 points, from its three lowest
/// valleys the simplex method of Nelder and Mead (1965) within the box, then Newton's with differences: x is good to about 1e-9 of the
/// box. A minimum at an edge is one of the function along that edge. Values that are NaN or inf count as large.
PlaneMinimum minimise_plane(const std::function<double(double, double)>& function, const std::array<double, 2>& low,
                            const std::array<double, 2>& high);

}  // namespace collapse::numerics
