#include "collapse/app/stored_grid.hpp"

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

std::vector<sweep::Axis> axes_of(const store::ResultView& view)
{
    std::vector<sweep::Axis> axes;
    for (const auto* list : {&view.dimensions(), &view.scalars()})
        for (const auto& dimension : *list)
            if (const sweep::Coordinate* coordinate = sweep::find_coordinate(dimension.name))
                axes.push_back({coordinate, dimension.values});
    return axes;
}

}  // namespace

StoredGrid::StoredGrid(const store::ResultView& view) : grid_(axes_of(view))
{
    support::validate(grid_.cells() == view.cells(), "the dimensions of the result file give {} cells, but it holds {}; the file is damaged",
                      grid_.cells(), view.cells());
}

std::string StoredGrid::describe(std::size_t index) const
{
    std::vector<std::string> words;
    const auto dimensions = grid_.dimensions();
    for (auto axis = dimensions.rbegin(); axis != dimensions.rend(); ++axis) {
        const std::size_t size = (*axis)->values.size();
        if (size > 1) words.insert(words.begin(), fmt::format("{} = {:g}", (*axis)->name(), (*axis)->values[index % size]));
        index /= size;
    }
    return words.empty() ? "the only cell" : fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace collapse::app
