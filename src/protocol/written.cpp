#include "collapse/protocol/written.hpp"

#include <algorithm>

namespace collapse::protocol {

problem::Description Written::description()
{
    return {.name = name,
            .summary = "rows, fits and labels as the section [chain] of the config describes them",
            .parameters = {"d", "T", "lambda", "n"},
            .options = {},
            .citations = {}};
}

problem::Description Written::describe() const
{
    problem::Description result = description();
    for (const std::string& parameter : chain_.parameters())
        if (std::ranges::find(result.parameters, parameter) == result.parameters.end()) result.parameters.push_back(parameter);
    return result;
}

problem::Scheme Written::scheme(const Row& row, const Choices&) const { return chain_.scheme(row.cell, row.lambda); }

}  // namespace collapse::protocol
