#include "collapse/numerics/plane_minimum.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "scan.hpp"

namespace collapse::numerics {

namespace {

using Point = std::array<double, 2>;
using Function = std::function<double(const Point&)>;  ///< of the unit square

constexpr int side_points = 25;         ///< of the scan along each coordinate
constexpr std::size_t most_basins = 3;  ///< of the scan, the lowest ones, that are looked into
constexpr double near_edge = 1e-4;      ///< a minimum that near is looked for along the edge as well
constexpr double simplex_size = 1e-7;   ///< half the digits: no value tells the places within it apart

struct Found {
    Point x;
    double value;
};

double grid_point(int i) { return static_cast<double>(i) / (side_points - 1); }

/// One step of the simplex method along the line from `from` through the centre, clipped to the square.
Point beyond(const Point& centre, const Point& from, double factor)
{
    Point result{};
    for (std::size_t k = 0; k < 2; ++k) result[k] = std::clamp(centre[k] + factor * (centre[k] - from[k]), 0.0, 1.0);
    return result;
}

/// Nelder and Mead: reflect the worst corner, expand, contract, or shrink towards the best.
Found descend(const Function& f, const Point& start, double size)
{
    constexpr int most_steps = 400;
    std::array<Found, 3> corners;
    for (std::size_t k = 0; k < 3; ++k) {
        Point x = start;
        if (k > 0) x[k - 1] += x[k - 1] + size <= 1 ? size : -size;
        corners[k] = {x, f(x)};
    }
    for (int step = 0; step < most_steps; ++step) {
        std::ranges::stable_sort(corners, {}, &Found::value);
        auto &best = corners[0], &middle = corners[1], &worst = corners[2];  // no binding, which clang 14 cannot capture
        double extent = 0;
        for (const Found& corner : {middle, worst})
            for (std::size_t k = 0; k < 2; ++k) extent = std::max(extent, std::abs(corner.x[k] - best.x[k]));
        if (extent < simplex_size) break;
        const Point centre{(best.x[0] + middle.x[0]) / 2, (best.x[1] + middle.x[1]) / 2};
        const auto tried = [&](double factor) {
            const Point x = beyond(centre, worst.x, factor);
            return Found{x, f(x)};
        };
        const Found reflected = tried(1);
        if (reflected.value < best.value) {
            const Found expanded = tried(2);
            worst = expanded.value < reflected.value ? expanded : reflected;
        } else if (reflected.value < middle.value) {
            worst = reflected;
        } else {
            const Found contracted = tried(reflected.value < worst.value ? 0.5 : -0.5);
            if (contracted.value < std::min(reflected.value, worst.value)) worst = contracted;
            else
                for (Found* corner : {&middle, &worst}) {
                    for (std::size_t k = 0; k < 2; ++k) corner->x[k] = (corner->x[k] + best.x[k]) / 2;
                    corner->value = f(corner->x);
                }
        }
    }
    return *std::ranges::min_element(corners, {}, &Found::value);
}

/// Newton's method, from a point within half the digits of the minimum, with differences within the square.
Found polish(const Function& f, const Found& start)
{
    constexpr int most_steps = 20;
    Point h{};
    for (std::size_t k = 0; k < 2; ++k) h[k] = std::min({difference_step, start.x[k] / 4, (1 - start.x[k]) / 4});
    if (h[0] == 0 || h[1] == 0) return start;
    const auto at = [&](const Point& x, double a, double b) { return f({x[0] + a * h[0], x[1] + b * h[1]}); };
    const auto slope = [&](const Point& x, std::size_t k) {  // in steps of h
        const auto along = [&](double a) { return k == 0 ? at(x, a, 0) : at(x, 0, a); };
        return (45 * (along(1) - along(-1)) - 9 * (along(2) - along(-2)) + (along(3) - along(-3))) / 60;
    };
    Point x = start.x;
    const double xx = at(x, 1, 0) - 2 * f(x) + at(x, -1, 0), yy = at(x, 0, 1) - 2 * f(x) + at(x, 0, -1),
                 xy = (at(x, 1, 1) - at(x, 1, -1) - at(x, -1, 1) + at(x, -1, -1)) / 4, determinant = xx * yy - xy * xy;
    if (!(xx > 0 && determinant > 0)) return start;
    double last = 1;  // size of the last step, in steps of h
    for (int i = 0; i < most_steps; ++i) {
        const double gx = slope(x, 0), gy = slope(x, 1);
        const double dx = (xy * gy - yy * gx) / determinant, dy = (xy * gx - xx * gy) / determinant;
        const double size = std::max(std::abs(dx), std::abs(dy));
        if (!(size < last)) break;  // rounding errors, or no minimum to be found by differences
        x = {x[0] + dx * h[0], x[1] + dy * h[1]};
        last = size;
    }
    const Found polished{x, f(x)};
    return polished.value <= start.value * (1 + flat) ? polished : start;
}

/// The values at all points of the scan, by first and second coordinate.
class Scan {
  public:
    explicit Scan(const Function& f)
    {
        for (int i = 0; i < side_points; ++i)
            for (int j = 0; j < side_points; ++j) values_.push_back(f({grid_point(i), grid_point(j)}));
    }

    double at(int i, int j) const
    {
        const bool inside = i >= 0 && j >= 0 && i < side_points && j < side_points;
        return inside ? values_[static_cast<std::size_t>(i) * side_points + static_cast<std::size_t>(j)] : large;
    }

    bool is_finite() const { return std::ranges::min(values_) < large; }

    /// Whether the function does not depend on coordinate k.
    bool is_flat(int k) const
    {
        for (int i = 0; i < side_points; ++i)
            for (int j = 0; j < side_points; ++j) {
                const double value = at(i, j), first = k == 0 ? at(0, j) : at(i, 0);
                if (!(std::abs(value - first) <= flat * std::min(value, first))) return false;
            }
        return true;
    }

    std::vector<Found> valleys() const
    {
        std::vector<Found> result;
        for (int i = 0; i < side_points; ++i)
            for (int j = 0; j < side_points; ++j) {
                bool lowest = at(i, j) < large;
                for (int a = -1; a <= 1; ++a)
                    for (int b = -1; b <= 1; ++b) lowest = lowest && at(i, j) <= at(i + a, j + b);
                if (lowest) result.push_back({{grid_point(i), grid_point(j)}, at(i, j)});
            }
        std::ranges::stable_sort(result, {}, &Found::value);
        if (result.size() > most_basins) result.resize(most_basins);
        return result;
    }

  private:
    std::vector<double> values_;
};

/// The minimum along a line on which coordinate `fixed` has the value `at` and is in this place.
PlaneMinimum along(const Function& f, std::size_t fixed, double at, Place place)
{
    const Minimum found = minimise([&](double x) { return f(fixed == 0 ? Point{at, x} : Point{x, at}); }, 0, 1);
    const double x = place == Place::nowhere ? std::nan("") : at;
    if (fixed == 0) return {{x, found.x}, found.value, {place, found.place}};
    return {{found.x, x}, found.value, {found.place, place}};
}

/// The minimum of one valley, in the square or at one of its edges.
PlaneMinimum lowest_of_valley(const Function& f, const Point& start)
{
    const Found rough = descend(f, descend(f, start, 1.0 / (side_points - 1)).x, 1e-3);  // again: a simplex may have collapsed
    PlaneMinimum best{rough.x, rough.value, {Place::interior, Place::interior}};
    bool at_edge = false;
    for (std::size_t k = 0; k < 2; ++k)
        for (const double end : {0.0, 1.0}) {
            if (std::abs(rough.x[k] - end) >= near_edge) continue;
            const PlaneMinimum edge = along(f, k, end, end == 0 ? Place::lower_border : Place::upper_border);
            if (!(edge.value <= best.value * (1 + flat))) continue;
            best = edge;
            at_edge = true;
        }
    if (at_edge) return best;
    const Found polished = polish(f, rough);
    return {polished.x, polished.value, best.place};
}

}  // namespace

PlaneMinimum minimise_plane(const std::function<double(double, double)>& function, const std::array<double, 2>& low,
                            const std::array<double, 2>& high)
{
    const auto place = [&](std::size_t k, double u) { return u == 1 ? high[k] : low[k] + u * (high[k] - low[k]); };
    const Function f = [&](const Point& u) {
        const double value = function(place(0, u[0]), place(1, u[1]));
        return std::isfinite(value) ? value : large;
    };
    const Scan scan(f);
    PlaneMinimum best{{std::nan(""), std::nan("")}, std::nan(""), {Place::nowhere, Place::nowhere}};
    if (!scan.is_finite()) return best;
    if (scan.is_flat(0)) best = along(f, 0, 0.5, Place::nowhere);
    else if (scan.is_flat(1)) best = along(f, 1, 0.5, Place::nowhere);
    else
        for (const Found& valley : scan.valleys()) {
            const PlaneMinimum found = lowest_of_valley(f, valley.x);
            if (std::isnan(best.value) || found.value < best.value) best = found;
        }
    for (std::size_t k = 0; k < 2; ++k) best.x[k] = place(k, best.x[k]);
    return best;
}

}  // namespace collapse::numerics
