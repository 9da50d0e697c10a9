#include "collapse/sweep/cell_along.hpp"

#include <algorithm>

#include "collapse/support/failure.hpp"

namespace collapse::sweep {

namespace {

/// The grid that has cell number `index` of these axes alone.
Grid only_cell(const std::vector<Axis>& given, CellIndex index)
{
    std::size_t rest = index.value;
    std::vector<Axis> axes = Grid(given, Counts::real).axes();
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {  // cells are numbered with the last axis running fastest
        const std::size_t size = axis->values.size();
        axis->values = {axis->values[rest % size]};
        rest /= size;
    }
    return Grid(std::move(axes), Counts::real);
}

}  // namespace

CellAlong::CellAlong(const Settings& settings, CellIndex index, std::span<const CoordinatePointer> along)
    : settings_(&settings), grid_(only_cell(settings.axes, index))
{
    for (const CoordinatePointer& coordinate : along) {
        const auto axis = std::ranges::find(grid_.axes(), coordinate->name, &Axis::name);
        support::ensure(axis != grid_.axes().end(), "a coordinate that is searched is one of the grid");
        along_.push_back(static_cast<std::size_t>(axis - grid_.axes().begin()));
    }
}

Cell CellAlong::at(std::span<const double> values)
{
    for (std::size_t k = 0; k < along_.size(); ++k) grid_.put(along_[k], values[k]);
    return grid_.cell(CellIndex{0});
}

bool CellAlong::is_ridge(std::size_t k) const
{
    return grid_.shares_ridges() && grid_.axes()[along_[k]].coordinate->parameter->name == "lambda";
}

const problem::Nodes& LastNodes::of(const problem::ModelSettings& model, const Cell& cell)
{
    const bool same = nodes_ && last_.d == cell.d && last_.alpha == cell.alpha && last_.beta == cell.beta;
    if (!same) nodes_ = problem::nodes_of(model, last_ = cell);
    return *nodes_;
}

}  // namespace collapse::sweep
