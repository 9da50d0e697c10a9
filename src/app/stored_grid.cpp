#include "collapse/app/stored_grid.hpp"

#include <algorithm>

#include "collapse/app/config.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/tie.hpp"

namespace collapse::app {

namespace {

std::vector<sweep::Axis> axes_of(const store::ResultView& view)
{
    std::vector<sweep::Axis> axes;
    const auto resolved = view.resolved();
    for (const auto& [key, value] : resolved)
        if (key.starts_with("grid.") && sweep::is_tie(value))
            axes.push_back(sweep::parse_axis(sweep::coordinate_called(key.substr(5)), key, value));
    const auto tied = [ties = axes](const std::string& name) {
        return std::ranges::find(ties, name, &sweep::Axis::name) != ties.end();
    };
    for (const auto& dimension : view.dimensions()) axes.push_back({sweep::coordinate_called(dimension.name), dimension.values});
    for (const auto& scalar : view.scalars()) {
        if (tied(scalar.name)) continue;
        const bool given =
            std::ranges::find(resolved, "grid." + scalar.name, [](const auto& pair) { return pair.first; }) != resolved.end();
        if (given) axes.push_back({sweep::coordinate_called(scalar.name), scalar.values});
    }
    return axes;
}

sweep::Counts counts_of(const store::ResultView& view)
{
    const auto resolved = view.resolved();
    const bool predicted =
        std::ranges::find(resolved, std::pair<std::string, std::string>("simulation.replicates", "0")) != resolved.end();
    return predicted ? sweep::Counts::real : sweep::Counts::whole;
}

}  // namespace

sweep::Settings stored_settings(const store::ResultView& view, Data data)
{
    Config config{{}, {}, view.resolved(), {}};
    config.data = data;
    const std::string nodes = view.measured_spectrum();
    if (!nodes.empty()) config.overrides.emplace_back("data.nodes", nodes);
    return parse_config(config);
}

StoredGrid::StoredGrid(const store::ResultView& view) : grid_(axes_of(view), counts_of(view))
{
    support::validate(grid_.cells() == view.cells(),
                      "the dimensions of the result file give {} cells, but it holds {}; the file is damaged", grid_.cells(),
                      view.cells());
}

}  // namespace collapse::app
