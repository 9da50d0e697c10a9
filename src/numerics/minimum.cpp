#include "collapse/numerics/minimum.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <boost/math/tools/minima.hpp>

namespace collapse::numerics {

namespace {

constexpr int scan_points = 65;
constexpr double flat = 1e-13;            ///< relative variation of a function that is constant but for rounding
constexpr double border = 1e-9;           ///< of the interval: a minimum that near to an end is at the end
constexpr double difference_step = 2e-3;  ///< of the interval: balances h^6 against eps / h
constexpr int most_refinements = 20;

/// f'(x) by the six-point central difference, error O(h^6).
double derivative(const std::function<double(double)>& f, double x, double h)
{
    return (45 * (f(x + h) - f(x - h)) - 9 * (f(x + 2 * h) - f(x - 2 * h)) + (f(x + 3 * h) - f(x - 3 * h))) / (60 * h);
}

/// Secant steps on the derivative, from a point within half the digits of the minimum.
double refine(const std::function<double(double)>& f, double x, double h)
{
    double before = x + 1e-3 * h, slope_before = derivative(f, before, h), slope = derivative(f, x, h);
    for (int i = 0; i < most_refinements && slope != 0 && slope != slope_before; ++i) {
        const double next = x - slope * (x - before) / (slope - slope_before);
        if (!(std::abs(next - x) < h)) return x;
        before = x;
        slope_before = slope;
        x = next;
        if (std::abs(x - before) < 1e-15 * std::max(1.0, std::abs(x))) break;
        slope = derivative(f, x, h);
    }
    return x;
}

}  // namespace

Minimum minimise(const std::function<double(double)>& function, double low, double high)
{
    const auto f = [&](double x) {
        const double value = function(x);
        return std::isfinite(value) ? value : std::numeric_limits<double>::max();
    };
    std::vector<double> values;
    const auto point = [&](int i) { return i == scan_points - 1 ? high : low + (high - low) * i / (scan_points - 1); };
    for (int i = 0; i < scan_points; ++i) values.push_back(f(point(i)));
    const auto [least, largest] = std::ranges::minmax_element(values);
    const bool finite = *least < std::numeric_limits<double>::max();
    if (!finite || *largest - *least <= flat * std::abs(*least))
        return {std::nan(""), finite ? *least : std::nan(""), Place::nowhere};

    const int best = static_cast<int>(least - values.begin());
    std::uintmax_t iterations = 200;
    auto [x, value] =
        boost::math::tools::brent_find_minima(f, point(std::max(best - 1, 0)), point(std::min(best + 1, scan_points - 1)),
                                              std::numeric_limits<double>::digits / 2, iterations);
    for (const double end : {low, high})
        if (f(end) <= value || std::abs(x - end) < border * (high - low))
            return {end, f(end), end == low ? Place::lower_border : Place::upper_border};
    const double h = std::min({difference_step * (high - low), (x - low) / 4, (high - x) / 4});
    x = refine(f, x, h);
    return {x, f(x), Place::interior};
}

}  // namespace collapse::numerics
