#include "collapse/theory/scaling_laws.hpp"

#include <algorithm>
#include <limits>

namespace collapse::theory {

double asymptotic_rate(const ScalingPath& path)
{
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (!(path.beta > 1 && path.r > 0 && path.ell >= 0 && path.b >= 0)) return unknown;
    const double r = std::min(path.r, 1.0), beta = path.beta, l = std::min(path.ell, beta);
    double rate = -2 * r * l;
    if (path.noise) rate = std::max(rate, l / beta - 1);
    if (!path.generations) return rate;
    if (path.synthetic_noise) rate = std::max(rate, path.a + l / beta - std::min(path.b, 1.0));
    if (path.least_squares) return rate;
    if (path.a != 0 || !(l < beta * path.b)) return unknown;
    return std::max(rate, -std::min(2 * r * beta * path.b, beta * path.b + l * (2 * r - 1)));
}

double best_ridge_exponent(double beta, double r) { return beta / (1 + 2 * beta * std::min(r, 1.0)); }

}  // namespace collapse::theory
