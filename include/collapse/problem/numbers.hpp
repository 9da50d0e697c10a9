#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace collapse::problem {

/// One number, `inf` included. Throws InvalidInput that names the key and the text.
double parse_number(const std::string& key, std::string_view text);

/// Numbers of replicates and the like end here, so that sums of some of them stay whole in double precision and in 64 bits.
inline constexpr std::int64_t largest_count = 1'000'000'000'000'000;

/// One whole number, as `1000` or `1e3`. Throws InvalidInput that names the key, the text and the range.
template <class Integer>
Integer parse_whole(const std::string& key, std::string_view text, Integer least, Integer most);

/// Comma-separated numbers, at least one. Throws InvalidInput that names the key and the text.
std::vector<double> parse_numbers(const std::string& key, std::string_view text);

}  // namespace collapse::problem
