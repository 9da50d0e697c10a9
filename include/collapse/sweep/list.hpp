#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace collapse::sweep {

/// A list of numbers as the config writes it; `power_of_T`: the numbers are exponents e of T^e.
struct List {
    std::vector<double> values;
    bool power_of_T = false;
};

/// Reads `1, 2, 5`, `start:stop[:step]` (both ends included), `linspace(a, b, count)`, `logspace(a, b, count)` (exponents of 10),
/// `geomspace(a, b, count)`, `inf`, `T^e`, and comma-separated mixtures. `key` is for messages: throws InvalidInput.
List parse_list(const std::string& key, std::string_view text);

/// One number, `inf` included. Throws InvalidInput that names the key and the text.
double parse_number(const std::string& key, std::string_view text);

}  // namespace collapse::sweep
