#include "collapse/support/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

namespace collapse::support {

namespace {

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates)
{
    const std::string* best = nullptr;
    const std::size_t letters = word.size() - (word.find('.') == std::string_view::npos ? 0 : word.find('.') + 1);
    std::size_t least = std::max<std::size_t>(1, (letters + 1) / 2) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(lower(word), lower(candidate));
        if (distance < least) {
            least = distance;
            best = &candidate;
        }
    }
    return best ? *best : std::string{};
}

std::string enumerate(std::span<const std::string> words, std::string_view last)
{
    if (words.empty()) return {};
    if (words.size() == 1) return words.front();
    return fmt::format("{} {} {}", fmt::join(words.first(words.size() - 1), ", "), last, words.back());
}

std::string counted(std::size_t count, std::string_view noun) { return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s"); }

std::string trim(std::string_view text)
{
    const auto blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '(') ++depth;
        if (text[i] == ')') --depth;
        if (text[i] == separator && depth == 0) {
            parts.push_back(trim(text.substr(start, i - start)));
            start = i + 1;
        }
    }
    parts.push_back(trim(text.substr(start)));
    return parts;
}

std::string exact(double value)
{
    return fmt::format("{}", value);  // fmt prints the shortest digits that round-trip
}

std::string exact(std::span<const double> values)
{
    std::string text;
    for (const double value : values) text += (text.empty() ? "" : ", ") + exact(value);
    return text;
}

std::string bytes(double count)
{
    constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    while (count >= 1024 && unit + 1 < units.size()) {
        count /= 1024;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", count, unit == 0 || count >= 100 ? 0 : 1, units[unit]);
}

std::string duration(double seconds)
{
    if (!std::isfinite(seconds)) return "unknown";
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    const auto days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60;
    const std::string clock = fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
    return days > 0 ? fmt::format("{}-{:0>8}", days, clock) : clock;
}

}  // namespace collapse::support
