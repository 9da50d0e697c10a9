#include "collapse/sweep/cell_along.hpp"

#include <algorithm>

#include "collapse/support/failure.hpp"

namespace collapse::sweep {

CellAlong::CellAlong(const Settings& settings, std::size_t index, std::span<const CoordinatePointer> along)
    : settings_(&settings), axes_(Grid(settings.axes, Counts::real).axes())
{
    for (auto axis = axes_.rbegin(); axis != axes_.rend(); ++axis) {  // cells are numbered with the last axis running fastest
        const std::size_t size = axis->values.size();
        axis->values = {axis->values[index % size]};
        index /= size;
    }
    for (const CoordinatePointer& coordinate : along) {
        const auto axis = std::ranges::find(axes_, coordinate->name, &Axis::name);
        support::ensure(axis != axes_.end(), "a coordinate that is searched is one of the grid");
        along_.push_back(static_cast<std::size_t>(axis - axes_.begin()));
    }
}

Cell CellAlong::at(std::span<const double> values)
{
    for (std::size_t k = 0; k < along_.size(); ++k) axes_[along_[k]].values = {values[k]};
    return Grid(axes_, Counts::real).cell(0);
}

const problem::Nodes& LastNodes::of(const problem::ModelSettings& model, const Cell& cell)
{
    const bool same = nodes_ && last_.d == cell.d && last_.alpha == cell.alpha && last_.beta == cell.beta;
    if (!same) nodes_ = problem::nodes_of(model, last_ = cell);
    return *nodes_;
}

}  // namespace collapse::sweep
