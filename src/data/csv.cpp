#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "collapse/data/numbers.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::data {

using support::validate;

namespace {

/// The cells of a line: at commas or semicolons if it has any, else at white space.
std::vector<std::string> cells_of(const std::string& line)
{
    const auto separator = line.find_first_of(",;");
    std::vector<std::string> cells;
    if (separator != std::string::npos) {
        std::string cell;
        for (const char letter : line + line[separator])
            if (letter == line[separator]) cells.push_back(support::trim(cell)), cell.clear();
            else cell += letter;
        return cells;
    }
    for (std::size_t start = line.find_first_not_of(" \t"); start != std::string::npos;) {
        const auto end = line.find_first_of(" \t", start);
        cells.push_back(line.substr(start, end == std::string::npos ? end : end - start));
        start = end == std::string::npos ? end : line.find_first_not_of(" \t", end);
    }
    return cells;
}

std::optional<double> number_in(std::string cell)
{
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    const char* begin = cell.data() + (cell.starts_with('+') ? 1 : 0);
    const char* end = cell.data() + cell.size();
    double value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc{} || stop != end || begin == end) return std::nullopt;
    return value;
}

std::string unquoted(const std::string& name)
{
    return name.size() >= 2 && name.front() == '"' && name.back() == '"' ? name.substr(1, name.size() - 2) : name;
}

}  // namespace

std::ptrdiff_t Csv::column(const std::string& name) const
{
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? -1 : found - names.begin();
}

Csv read_csv(const std::string& key, const std::filesystem::path& path)
{
    const std::string text = read_bytes(key, path);
    Csv csv;
    std::size_t number = 0, columns = 0, lines = 0;
    bool first = true;
    for (std::size_t start = 0; start < text.size();) {
        const auto end = std::min(text.find('\n', start), text.size());
        const std::string line = support::trim(text.substr(start, end - start));
        start = end + 1;
        ++number;
        if (line.empty() || line[0] == '#') continue;
        const std::vector<std::string> cells = cells_of(line);
        const bool is_header = first && std::ranges::none_of(cells, [](const auto& cell) { return number_in(cell).has_value(); });
        if (first) columns = cells.size();
        first = false;
        validate(cells.size() == columns, "{} = {} line {} has {} columns, but those before have {}; give every line as many", key,
                 path.string(), number, cells.size(), columns);
        if (is_header) {
            for (const std::string& cell : cells) csv.names.push_back(unquoted(cell));
            continue;
        }
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto value = number_in(cells[i]);
            validate(
                value.has_value() && std::isfinite(*value), "{} = {} line {} column {} has '{}', which is no finite number; {}",
                key, path.string(), number, i + 1, cells[i],
                lines == 0 ? "correct it (a header has no numbers at all)" : "correct it (a header may only be the first line)");
            csv.numbers.values.push_back(*value);
        }
        ++lines;
    }
    validate(lines > 0, "{} = {} contains no numbers; give a file with rows", key, path.string());
    csv.numbers.shape = {lines, columns};
    return csv;
}

}  // namespace collapse::data
