#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Text for people: names, numbers, sizes, durations.
namespace collapse::support {

/// The candidate with the smallest edit distance to `word`; empty if none is near (more than half of its letters
/// differ, not counting the section of a key `section.name`).
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// `a, b and c`
std::string enumerate(std::span<const std::string> words, std::string_view last = "and");

/// `1 row`, `2 rows`
std::string counted(std::size_t count, std::string_view noun);

/// Removes white space at both ends.
std::string trim(std::string_view text);

/// The parts of `text` between separators that are not inside parentheses, trimmed.
std::vector<std::string> split(std::string_view text, char separator);

/// The shortest decimal text that reads back as the same double: `0.1`, `inf`, `1e-300`.
std::string exact(double value);
/// `0.1, 0.2`: each in the same way.
std::string exact(std::span<const double> values);

/// 1536 -> `1.5 KiB`
std::string bytes(double count);

/// 5025 -> `1:23:45`; 93784 -> `1-02:03:04`; NaN -> `unknown`
std::string duration(double seconds);

}  // namespace collapse::support
