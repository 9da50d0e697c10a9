#include "collapse/sweep/refine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "box.hpp"
#include "collapse/support/failure.hpp"
#include "refinement_target.hpp"

namespace collapse::sweep {

namespace {

/// A refined axis.
struct Direction {
    std::size_t size, stride;        ///< values; cells from one value to the next
    std::vector<std::size_t> start;  ///< numbers of the values that refinement starts from
};

/// The axes of a grid as numbers. Cells are numbered with the last axis running fastest.
struct Frame {
    std::vector<Direction> directions;
    Lists others;  ///< cells that lie between the first value and each value, for each axis that is not refined

    Frame(const RefineSettings& refine, const Grid& grid)
    {
        std::size_t stride = grid.cells();
        for (const Axis& axis : grid.axes()) {
            stride /= axis.values.size();
            const auto named = std::ranges::find(refine.axes, axis.name());
            if (named == refine.axes.end()) {
                others.push_back(range(0, axis.values.size() - 1));
                for (std::size_t& cells : others.back()) cells *= stride;
                continue;
            }
            directions.push_back({axis.values.size(), stride, {}});
            for (const double value : refine.start[static_cast<std::size_t>(named - refine.axes.begin())])
                directions.back().start.push_back(
                    static_cast<std::size_t>(std::ranges::find(axis.values, value) - axis.values.begin()));
        }
    }
};

/// The cells that differ in the refined axes alone, and what is known of them.
class Slice {
  public:
    Slice(const Grid& grid, RefinementTarget& target, const std::vector<Direction>& directions, std::size_t origin)
        : grid_(&grid), target_(&target), directions_(&directions), origin_(origin)
    {
        std::size_t points = 1;
        for (const Direction& direction : directions) points *= direction.size;
        visited_.resize(points);
        values_.resize(points);
    }

    /// Halves boxes where the target changes, until it changes only within boxes that cannot be halved:
    ///   1. visit the corners of the first boxes;
    ///   2. halve a box along all axes if two visited points of it differ, also if a finer neighbour has visited them on the
    ///      common face: so a boundary is followed from box to box, wherever it was met first;
    ///   3. visit the corners of the halves, and repeat from 2.
    void refine()
    {
        std::vector<Box> boxes = first_boxes();
        visit(boxes);
        for (bool changed = true; changed;) {
            std::vector<Box> whole, halves;
            for (const Box& box : boxes) {
                if (!box.can_be_halved()) continue;
                if (changes_in(box)) std::ranges::move(box.halves(), std::back_inserter(halves));
                else whole.push_back(box);
            }
            visit(halves);
            changed = !halves.empty();
            boxes = std::move(whole);
            std::ranges::move(halves, std::back_inserter(boxes));
        }
    }

    /// Marks the cells visited; says whether theory knows one of them.
    bool mark(std::vector<bool>& cells) const
    {
        bool known = false;
        Lists points;
        for (const Direction& direction : *directions_) points.push_back(range(0, direction.size - 1));
        for_product(points, [&](const Point& point) {
            if (!visited_[number_of(point)]) return;
            cells[cell_of(point).value] = true;
            known = known || !std::isnan(values_[number_of(point)]);
        });
        return known;
    }

  private:
    struct Wanted {
        CellIndex cell;
        std::size_t point;                                                ///< the same, numbered in the slice
        friend auto operator<=>(const Wanted&, const Wanted&) = default;  // NOLINT(modernize-use-nullptr): there is no 0
    };

    std::vector<Box> first_boxes() const
    {
        Lists intervals;
        for (const Direction& direction : *directions_) intervals.push_back(range(0, direction.start.size() - 2));
        std::vector<Box> boxes;
        for_product(intervals, [&](const Point& interval) {
            boxes.push_back({interval, interval});
            Box& box = boxes.back();
            for (std::size_t axis = 0; axis < interval.size(); ++axis) {
                box.low[axis] = (*directions_)[axis].start[interval[axis]];
                box.high[axis] = (*directions_)[axis].start[interval[axis] + 1];
            }
        });
        return boxes;
    }

    /// Whether two visited points differ by more than the tolerance. They lie on the surface: points inside come with the halves.
    bool changes_in(const Box& box) const
    {
        double least = std::numeric_limits<double>::infinity(), largest = -least;
        box.for_surface([&](const Point& point) {
            const std::size_t number = number_of(point);
            if (!visited_[number] || std::isnan(values_[number])) return;
            least = std::min(least, values_[number]);
            largest = std::max(largest, values_[number]);
        });
        return largest - least > target_->tolerance();
    }

    void visit(const std::vector<Box>& boxes)
    {
        std::vector<Wanted> wanted;
        for (const Box& box : boxes)
            box.for_corners([&](const Point& corner) {
                const std::size_t number = number_of(corner);
                if (visited_[number]) return;
                visited_[number] = true;
                wanted.push_back({cell_of(corner), number});
            });
        std::ranges::sort(wanted);
        const auto row_of = [&](const Wanted& one) { return grid_->row_of(one.cell); };
        for (auto begin = wanted.begin(); begin != wanted.end();) {
            const auto end = std::find_if(begin, wanted.end(), [&](const Wanted& one) { return row_of(one) != row_of(*begin); });
            evaluate(grid_->row(row_of(*begin)), {begin, end});
            begin = end;
        }
    }

    /// Cells of one row, by theory, which has them as the product of some ridges and some generations.
    void evaluate(const Row& row, std::span<const Wanted> wanted)
    {
        const auto ridge = [&](const Wanted& one) { return grid_->within_row(one.cell) / row.generations.size(); };
        const auto generation = [&](const Wanted& one) { return grid_->within_row(one.cell) % row.generations.size(); };
        std::vector<std::size_t> ridges, generations;
        const auto add = [](std::vector<std::size_t>& numbers, std::size_t number) {
            const auto found = std::ranges::find(numbers, number);
            if (found == numbers.end()) numbers.push_back(number);
        };
        for (const Wanted& one : wanted) {
            add(ridges, ridge(one));
            add(generations, generation(one));
        }
        Row part{row.cell, {}, {}};
        for (const std::size_t number : ridges) part.lambda.push_back(row.lambda[number]);
        for (const std::size_t number : generations) part.generations.push_back(row.generations[number]);
        const Table<double> found = (*target_)(part);
        const auto place = [](const std::vector<std::size_t>& numbers, std::size_t number) {
            return static_cast<std::size_t>(std::ranges::find(numbers, number) - numbers.begin());
        };
        for (const Wanted& one : wanted) values_[one.point] = found(place(ridges, ridge(one)), place(generations, generation(one)));
    }

    std::size_t number_of(const Point& point) const
    {
        std::size_t number = 0;
        for (std::size_t axis = 0; axis < point.size(); ++axis) number = number * (*directions_)[axis].size + point[axis];
        return number;
    }

    CellIndex cell_of(const Point& point) const
    {
        std::size_t cell = origin_;
        for (std::size_t axis = 0; axis < point.size(); ++axis) cell += point[axis] * (*directions_)[axis].stride;
        return CellIndex{cell};
    }

    const Grid* grid_;
    RefinementTarget* target_;
    const std::vector<Direction>* directions_;
    std::size_t origin_;          ///< the cell of point 0
    std::vector<bool> visited_;   ///< [points]
    std::vector<double> values_;  ///< [points], of the target where visited
};

/// Adds the cells of n = 0 beside those marked, of which they cost next to nothing: they share the draws, and what a simulation has
/// of clean and collapse components is their difference.
void add_clean_cells(const Grid& grid, std::vector<bool>& cells)
{
    const Axis& generations = grid.axes().back();
    const auto clean = std::ranges::find(generations.values, 0.0);
    if (generations.name() != "n" || clean == generations.values.end()) return;
    const std::size_t count = generations.values.size(), place = static_cast<std::size_t>(clean - generations.values.begin());
    for (std::size_t first = 0; first < cells.size(); first += count)
        for (std::size_t cell = first; cell < first + count; ++cell)
            if (cells[cell]) cells[first + place] = true;
}

}  // namespace

std::vector<bool> refined_cells(const Settings& settings, const Grid& grid)
{
    if (!settings.is_refined()) return {};
    const Frame frame(settings.refine, grid);
    RefinementTarget target(settings);
    std::vector<bool> cells(grid.cells());
    bool known = false;
    for_product(frame.others, [&](const Point& others) {
        Slice slice(grid, target, frame.directions, std::accumulate(others.begin(), others.end(), std::size_t{0}));
        slice.refine();
        known = slice.mark(cells) || known;
    });
    support::validate(known,
                      "refine.on = {} follows the theory, which knows none of these cells; remove [refine] to compute them all",
                      settings.refine.on);
    if (settings.simulation.replicates > 0) add_clean_cells(grid, cells);
    return cells;
}

Grid refined_grid(const Settings& settings)
{
    Grid grid = settings.grid();
    grid.select(refined_cells(settings, grid));
    return grid;
}

}  // namespace collapse::sweep
