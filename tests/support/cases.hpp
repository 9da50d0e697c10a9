#pragma once

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "collapse/protocol/protocol.hpp"

namespace collapse::test {

/// One row of tests/data/theory_cases.json, computed by tests/oracle/theory.py (NumPy, direct sums).
struct Case {
    std::string protocol;
    problem::Cell cell;
    problem::Choices choices;
    double bias, variance, test_error;
    std::string text;
};

inline std::vector<Case> theory_cases()
{
    std::ifstream file(std::string(COLLAPSE_TEST_DATA) + "/theory_cases.json");
    std::vector<Case> cases;
    for (const auto& row : nlohmann::json::parse(file)) {
        Case entry{row["protocol"], {}, {}, row["bias"], row["variance"], row["test_error"], row.dump()};
        for (const problem::Parameter& parameter : problem::parameters()) {
            const auto found = row.find(std::string(parameter.name));
            if (found == row.end()) continue;
            entry.cell.*parameter.member = found->is_string() ? INFINITY : found->get<double>();
        }
        for (const char* option : {"design", "real_labels"})
            if (row.contains(option)) entry.choices[option] = row[option].get<std::string>();
        cases.push_back(entry);
    }
    return cases;
}

/// Options of the protocol that were not chosen get their defaults, as the config parser does.
inline problem::Choices with_defaults(const protocol::Protocol& protocol, problem::Choices choices)
{
    for (const problem::Option& option : protocol.describe().options) choices.try_emplace(option.name, option.otherwise);
    return choices;
}

/// What the protocol predicts for one cell; numbers of rows need not be whole.
inline protocol::Prediction predict(const protocol::Protocol& protocol, const problem::Cell& cell, const problem::Choices& choices,
                                    const problem::ModelSettings& model = {})
{
    const protocol::Row row{cell, {cell.lambda}, {cell.n}, protocol::Counts::real};
    return protocol.predict(row, problem::nodes_of(model, cell), with_defaults(protocol, choices))(0, 0);
}

}  // namespace collapse::test
