#include "collapse/app/theory_question.hpp"

#include <algorithm>
#include <filesystem>

#include "collapse/app/config_keys.hpp"
#include "collapse/app/resources.hpp"
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

sweep::Settings settings_about(const Arguments& arguments, const std::vector<Asked>& asked)
{
    Config config = arguments.config();
    const auto remove = [&](const std::string& key) {
        std::erase_if(config.overrides, [&](const auto& entry) { return entry.first == key; });
        config.removals.push_back(key);
    };
    for (const Asked& one : asked) {
        remove(fmt::format("grid.{}", one.coordinate->name));
        for (const sweep::Coordinate& other : sweep::coordinates())
            if (other.parameter == one.coordinate->parameter) remove(fmt::format("grid.{}", other.name));
    }
    for (const Key& key : config_keys())  // theory needs no replicates, and is cheap enough to be everywhere
        if (key.name.starts_with("simulation.") || key.name.starts_with("refine.")) remove(key.name);
    config.overrides.emplace_back("simulation.replicates", "0");
    for (const Asked& one : asked)
        config.overrides.emplace_back(fmt::format("grid.{}", one.coordinate->name), support::exact(one.placeholder));
    sweep::Settings settings = parse_config(config);
    check_pool(settings);
    return settings;
}

store::Table table_about(const sweep::Grid& grid, const std::vector<Asked>& asked)
{
    const auto is_asked = [&](const sweep::Axis& axis) {
        return std::ranges::any_of(asked, [&](const Asked& one) { return one.coordinate->name == axis.name(); });
    };
    store::Table table;
    for (const sweep::Axis* axis : grid.dimensions())
        if (!is_asked(*axis)) table.dimensions.push_back(*axis);
    for (const sweep::Axis* axis : grid.scalars())
        if (!is_asked(*axis)) table.scalars.push_back(*axis);
    return table;
}

std::string output_of(const Arguments& arguments, const std::string& suffix)
{
    if (arguments.has("output")) return arguments.flags.at("output");
    return fmt::format("{}-{}.h5", std::filesystem::path(arguments.operands.front()).stem().string(), suffix);
}

}  // namespace collapse::app
