#include "collapse/app/theory_question.hpp"

#include <filesystem>

#include "collapse/app/config_keys.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::app {

void read_range(const Arguments& arguments, double& low, double& high)
{
    if (!arguments.has("range")) return;
    const std::string& text = arguments.flags.at("range");
    const auto ends = sweep::parse_list("--range", text).values;
    support::validate(ends.size() == 2 && ends[0] < ends[1], "--range {} is no range; write two increasing numbers: --range 0,1",
                      text);
    low = ends[0];
    high = ends[1];
}

sweep::Settings settings_about(const Arguments& arguments, const sweep::Coordinate& coordinate, double placeholder)
{
    Config config = arguments.config();
    const auto remove = [&](const std::string& key) {
        std::erase_if(config.overrides, [&](const auto& entry) { return entry.first == key; });
        config.removals.push_back(key);
    };
    for (const sweep::Coordinate& other : sweep::coordinates())
        if (other.parameter == coordinate.parameter) remove(fmt::format("grid.{}", other.name));
    for (const Key& key : config_keys())  // theory needs no replicates, and is cheap enough to be everywhere
        if (key.name.starts_with("simulation.") || key.name.starts_with("refine.")) remove(key.name);
    config.overrides.emplace_back("simulation.replicates", "0");
    config.overrides.emplace_back(fmt::format("grid.{}", coordinate.name), support::exact(placeholder));
    return parse_config(config);
}

store::Table table_about(const sweep::Grid& grid, const sweep::Coordinate& coordinate)
{
    store::Table table;
    for (const sweep::Axis* axis : grid.dimensions())
        if (axis->coordinate->name != coordinate.name) table.dimensions.push_back(*axis);
    for (const sweep::Axis* axis : grid.scalars())
        if (axis->coordinate->name != coordinate.name) table.scalars.push_back(*axis);
    return table;
}

std::string output_of(const Arguments& arguments, const std::string& suffix)
{
    if (arguments.has("output")) return arguments.flags.at("output");
    return fmt::format("{}-{}.h5", std::filesystem::path(arguments.operands.front()).stem().string(), suffix);
}

}  // namespace collapse::app
