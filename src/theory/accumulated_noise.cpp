#include "collapse/theory/accumulated_noise.hpp"

#include <cmath>

#include <boost/math/special_functions/zeta.hpp>

namespace collapse::theory {

double accumulated_noise(double d, double T, double c, double n)
{
    double sum = 0;
    if (std::isfinite(n)) {
        for (double t = n; t >= 1; --t) sum += d / ((t + 1) * ((t + 1) * T - c));
        return sum;
    }
    // zeta(i + 1) - 1 < 2^-i: sixty terms.
    double power = c / T;
    for (int i = 1; i < 60; ++i, power *= c / T) sum += (boost::math::zeta(i + 1.0) - 1) * power;
    return d / c * sum;
}

}  // namespace collapse::theory
