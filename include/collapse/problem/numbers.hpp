#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace collapse::problem {

/// One number, `inf` included. Throws InvalidInput that names the key and the text.
double parse_number(const std::string& key, std::string_view text);

/// Comma-separated numbers, at least one. Throws InvalidInput that names the key and the text.
std::vector<double> parse_numbers(const std::string& key, std::string_view text);

}  // namespace collapse::problem
