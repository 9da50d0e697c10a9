#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

/// Boxes of points on a grid, in any number of dimensions.
namespace collapse::sweep {

using Point = std::vector<std::size_t>;
using Lists = std::vector<std::vector<std::size_t>>;  ///< places to choose from, for each axis

/// Calls `use` for every combination of one entry of each list, the last running fastest.
template <class Use>
void for_product(const Lists& lists, Use&& use)
{
    Point choice(lists.size(), 0), point(lists.size());
    while (true) {
        for (std::size_t axis = 0; axis < lists.size(); ++axis) point[axis] = lists[axis][choice[axis]];
        use(point);
        std::size_t axis = lists.size();
        while (axis > 0 && ++choice[axis - 1] == lists[axis - 1].size()) choice[--axis] = 0;
        if (axis == 0) return;
    }
}

/// low, low + 1, ..., high
inline std::vector<std::size_t> range(std::size_t low, std::size_t high)
{
    std::vector<std::size_t> values(high - low + 1);
    std::iota(values.begin(), values.end(), low);
    return values;
}

/// All points between two corners.
struct Box {
    Point low, high;

    bool can_be_halved() const
    {
        for (std::size_t axis = 0; axis < low.size(); ++axis)
            if (high[axis] - low[axis] > 1) return true;
        return false;
    }

    template <class Use>
    void for_corners(Use&& use) const
    {
        Lists ends;
        for (std::size_t axis = 0; axis < low.size(); ++axis) ends.push_back({low[axis], high[axis]});
        for_product(ends, use);
    }

    /// Points on edges come several times.
    template <class Use>
    void for_surface(Use&& use) const
    {
        Lists points;
        for (std::size_t axis = 0; axis < low.size(); ++axis) points.push_back(range(low[axis], high[axis]));
        for (std::size_t axis = 0; axis < low.size(); ++axis) {
            Lists faces = points;
            faces[axis] = {low[axis], high[axis]};
            for_product(faces, use);
        }
    }

    /// The box cut in the middle of every axis that can be cut.
    std::vector<Box> halves() const
    {
        Lists cuts, parts;
        for (std::size_t axis = 0; axis < low.size(); ++axis) {
            const bool cut = high[axis] - low[axis] > 1;
            cuts.push_back(cut ? Point{low[axis], (low[axis] + high[axis]) / 2, high[axis]} : Point{low[axis], high[axis]});
            parts.push_back(range(0, cut ? 1 : 0));
        }
        std::vector<Box> result;
        for_product(parts, [&](const Point& part) {
            Box half = *this;
            for (std::size_t axis = 0; axis < part.size(); ++axis) {
                half.low[axis] = cuts[axis][part[axis]];
                half.high[axis] = cuts[axis][part[axis] + 1];
            }
            result.push_back(std::move(half));
        });
        return result;
    }
};

}  // namespace collapse::sweep
