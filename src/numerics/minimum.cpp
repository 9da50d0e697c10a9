#include "collapse/numerics/minimum.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include <boost/math/tools/minima.hpp>

#include "scan.hpp"

namespace collapse::numerics {

namespace {

constexpr int scan_points = 65;
constexpr double border = 1e-9;  ///< of the interval: a minimum that near to an end is at the end
constexpr int most_refinements = 20;
constexpr std::size_t most_valleys = 4;  ///< of the scan, the lowest ones, that are looked into
constexpr int most_whole = 129;          ///< numbers in a scan of whole ones

double finite_or_large(double value) { return std::isfinite(value) ? value : large; }

/// The function with large values where it has none.
class Finite {
  public:
    explicit Finite(const Several& function) : function_(&function) {}

    std::vector<double> operator()(const std::vector<double>& places) const
    {
        std::vector<double> values = (*function_)(places);
        std::ranges::transform(values, values.begin(), finite_or_large);
        return values;
    }
    double operator()(double place) const { return (*this)(std::vector{place})[0]; }

  private:
    const Several* function_;
};

/// f'(x) by the six-point central difference, error O(h^6).
double derivative(const Finite& f, double x, double h)
{
    const std::vector<double> at = f({x + h, x - h, x + 2 * h, x - 2 * h, x + 3 * h, x - 3 * h});
    return (45 * (at[0] - at[1]) - 9 * (at[2] - at[3]) + (at[4] - at[5])) / (60 * h);
}

/// Secant steps on the derivative, from a point within half the digits of the minimum.
double refine(const Finite& f, double x, double h)
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

/// The minimum between two points of the scan.
Minimum lowest_of_valley(const Finite& f, double low, double high, double left, double right)
{
    std::uintmax_t iterations = 200;
    const auto at = [&](double place) { return f(place); };
    auto [x, value] = boost::math::tools::brent_find_minima(at, left, right, std::numeric_limits<double>::digits / 2, iterations);
    for (const double end : {low, high})
        if ((end == left || end == right) && (f(end) <= value || std::abs(x - end) < border * (high - low)))
            return {end, f(end), end == low ? Place::lower_border : Place::upper_border};
    const double h = std::min({difference_step * (high - low), (x - low) / 4, (high - x) / 4});
    x = refine(f, x, h);
    return {x, f(x), Place::interior};
}

/// What is said of a function whose scan tells that it has none.
std::optional<Minimum> no_minimum(const std::vector<double>& values)
{
    const auto [least, largest] = std::ranges::minmax(values);
    const bool finite = least < large;
    if (finite && largest - least > flat * std::abs(least)) return std::nullopt;
    return Minimum{std::nan(""), finite ? least : std::nan(""), Place::nowhere};
}

/// Whole numbers from first to last, all of them or those next to a geometric progression of the distance from `first`.
std::vector<double> whole_scan(double first, double last)
{
    std::vector<double> places;
    const double count = last - first + 1;
    for (int i = 0; i < most_whole && i < count; ++i) {
        const double distance = count <= most_whole ? i : std::round(std::pow(count, i / (most_whole - 1.0)) - 1);
        const double place = std::min(first + distance, last);
        if (places.empty() || place > places.back()) places.push_back(place);
    }
    return places;
}

}  // namespace

Minimum minimise(const std::function<double(double)>& function, double low, double high)
{
    const auto one_by_one = [&](const std::vector<double>& places) {
        std::vector<double> values;
        for (const double place : places) values.push_back(function(place));
        return values;
    };
    return minimise_several(one_by_one, low, high);
}

Minimum minimise_several(const Several& function, double low, double high)
{
    const Finite f(function);
    const auto point = [&](int i) { return i == scan_points - 1 ? high : low + (high - low) * i / (scan_points - 1); };
    std::vector<double> points;
    for (int i = 0; i < scan_points; ++i) points.push_back(point(i));
    const std::vector<double> values = f(points);
    if (const auto none = no_minimum(values)) return *none;

    std::vector<int> valleys;
    const auto at = [&](int i) { return i < 0 || i >= scan_points ? large : values[static_cast<std::size_t>(i)]; };
    for (int i = 0; i < scan_points; ++i)
        if (at(i) < large && at(i) <= at(i - 1) && at(i) <= at(i + 1)) valleys.push_back(i);
    std::ranges::stable_sort(valleys, {}, at);
    if (valleys.size() > most_valleys) valleys.resize(most_valleys);

    Minimum best{std::nan(""), std::numeric_limits<double>::infinity(), Place::nowhere};
    for (const int valley : valleys) {
        const Minimum found =
            lowest_of_valley(f, low, high, point(std::max(valley - 1, 0)), point(std::min(valley + 1, scan_points - 1)));
        if (found.value < best.value) best = found;
    }
    return best;
}

Minimum minimise_whole(const Several& function, double low, double high)
{
    const Finite f(function);
    double first = low, last = high;
    while (true) {
        const std::vector<double> places = whole_scan(first, last);
        const std::vector<double> values = f(places);
        if (first == low && last == high)
            if (const auto none = no_minimum(values)) return *none;
        const auto best = static_cast<std::size_t>(std::ranges::min_element(values) - values.begin());
        const double before = places[best > 0 ? best - 1 : 0], after = places[std::min(best + 1, places.size() - 1)],
                     x = places[best];
        if (x - before <= 1 && after - x <= 1)
            return {x, values[best], x == low ? Place::lower_border : x == high ? Place::upper_border : Place::interior};
        first = before;
        last = after;
    }
}

}  // namespace collapse::numerics
