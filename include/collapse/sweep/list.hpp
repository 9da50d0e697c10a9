#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collapse/problem/numbers.hpp"

namespace collapse::sweep {

/// A list of numbers as the config writes it; `power_of_T`: the numbers are exponents e of T^e.
struct List {
    std::vector<double> values;
    bool power_of_T = false;
};

/// Reads `1, 2, 5`, `start:stop[:step]` (both ends included), `linspace(a, b, count)`, `logspace(a, b, count)` (exponents of 10),
/// `geomspace(a, b, count)`, `round(list)` (to whole numbers, each once), `inf`, `T^e`, and comma-separated mixtures. `key` is for
/// messages: throws InvalidInput.
List parse_list(const std::string& key, std::string_view text);

using problem::parse_number;
using problem::parse_whole;

}  // namespace collapse::sweep
