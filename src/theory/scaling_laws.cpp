#include "collapse/theory/scaling_laws.hpp"

#include <algorithm>
#include <limits>

namespace collapse::theory {

double asymptotic_rate(const ScalingPath& path)
{
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (!(path.beta > 1 && path.r > 0 && path.ell >= 0 && path.b >= 0)) return unknown;
    const double r = std::min(path.r, 1.0), beta = path.beta, l = std::min(path.ell, beta), b = path.b;
    double rate = -2 * r * l;
    if (path.noise) rate = std::max(rate, l / beta - 1);
    if (!path.generations) return rate;
    if (path.least_squares) return path.synthetic_noise ? std::max(rate, path.a + l / beta - std::min(b, 1.0)) : rate;
    const double a = std::min(path.a, beta * b), kept = b - a / beta;
    rate = std::max(rate, -2 * r * beta * kept);
    if (!path.synthetic_noise) return rate;
    return std::max({rate, a + std::min(l / beta, kept) - b, a - a / beta + l / beta - 1});
}

double best_ridge_exponent(double beta, double r) { return beta / (1 + 2 * beta * std::min(r, 1.0)); }

}  // namespace collapse::theory
