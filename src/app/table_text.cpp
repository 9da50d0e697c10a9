#include "collapse/app/table_text.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

using Json = nlohmann::ordered_json;  // in the order of the file

Json number(double value)
{
    if (std::isnan(value)) return nullptr;
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
}

/// A field of a CSV; what a reader could take for several is quoted.
std::string field(const Json& value)
{
    if (value.is_null()) return {};
    if (value.is_number()) return support::exact(value.get<double>());
    auto text = value.get<std::string>();
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    quoted += '"';
    return quoted;
}

/// One cell by name, in the order of the file.
std::vector<std::pair<std::string, Json>> row(const store::Table& table, std::size_t cell)
{
    std::vector<std::pair<std::string, Json>> values;
    std::size_t stride = 1;
    for (const sweep::Axis& axis : table.dimensions) stride *= axis.values.size();
    for (const sweep::Axis& axis : table.dimensions) {
        stride /= axis.values.size();
        if (axis.used) values.emplace_back(axis.name(), number(axis.values[cell / stride % axis.values.size()]));
    }
    for (const store::TableVariable& variable : table.variables) {
        const double value = variable.values[cell];
        values.emplace_back(variable.name, variable.flag_meanings.empty()
                                               ? number(value)
                                               : Json(variable.flag_meanings.at(static_cast<std::size_t>(value))));
    }
    return values;
}

}  // namespace

bool wants_table(const Arguments& arguments)
{
    support::validate(!arguments.has("json") || !arguments.has("csv"),
                      "--json and --csv are two formats of one output; give one of them");
    return arguments.has("json") || arguments.has("csv");
}

std::string table_text(const store::Table& table, const Arguments& arguments)
{
    const std::size_t cells = table.variables.empty() ? 0 : table.variables.front().values.size();
    if (arguments.has("json")) {
        Json scalars = Json::object(), rows = Json::array();
        for (const sweep::Axis& axis : table.scalars)
            if (axis.used) scalars[std::string(axis.name())] = number(axis.values.front());
        for (std::size_t cell = 0; cell < cells; ++cell) {
            Json& one = rows.emplace_back(Json::object());
            for (const auto& [name, value] : row(table, cell)) one[name] = value;
        }
        return Json{{"title", table.title}, {"parameters", scalars}, {"cells", rows}}.dump(1);
    }
    std::string text;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        std::vector<std::string> names, values;
        for (const auto& [name, value] : row(table, cell)) {
            names.push_back(field(name));
            values.push_back(field(value));
        }
        if (cell == 0) text = fmt::format("{}", fmt::join(names, ","));
        text += fmt::format("\n{}", fmt::join(values, ","));
    }
    return text;
}

}  // namespace collapse::app
