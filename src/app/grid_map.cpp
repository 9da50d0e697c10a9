#include "collapse/app/grid_map.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

using store::Status;

constexpr std::size_t most_lines = 24, most_columns = 72;
constexpr int remarkable = 4, alarming = 6;  ///< |z| that is coloured

/// How much a cell asks for attention; of several cells in one place the most demanding is shown.
int severity(Status status, double z)
{
    switch (status) {
        case Status::skipped: return 0;
        case Status::done: return std::isnan(z) ? 1 : 2 + static_cast<int>(std::min(std::floor(std::abs(z)), 9.0));
        case Status::pending: return 20;
        case Status::failed: return 30;
    }
    return 0;
}

std::string letter(int severity, bool colour)
{
    const char* paint = "";
    char sign = '-';
    if (severity == 30) paint = "\x1b[31m", sign = 'X';
    else if (severity == 20) paint = "\x1b[2m", sign = '.';
    else if (severity == 1) sign = 'o';
    else if (severity >= 2) {
        const int z = severity - 2;
        sign = static_cast<char>('0' + z);
        paint = z >= alarming ? "\x1b[31m" : z >= remarkable ? "\x1b[33m" : "\x1b[32m";
    }
    return colour && *paint ? fmt::format("{}{}\x1b[0m", paint, sign) : std::string(1, sign);
}

}  // namespace

std::string grid_map(const store::ResultView& view, const StoredGrid& grid, bool colour)
{
    const std::size_t rows = view.rows(), cells = view.cells_per_row();
    const std::size_t lines = std::min(rows, most_lines), columns = std::min(cells, most_columns);
    const auto z = view.numbers("zscore");
    std::vector<int> worst(lines * columns, -1);
    for (std::size_t cell = 0; cell < view.cells(); ++cell) {
        int& place = worst[cell / cells * lines / rows * columns + cell % cells * columns / cells];
        place = std::max(place, severity(view.status()[cell], z[cell]));
    }
    std::string text = fmt::format(
        "map       columns: lambda x n; 0-9: |z| of simulation against theory, o: no z, X: failed, .: pending, "
        "-: nothing to simulate{}\n",
        lines < rows || columns < cells ? "; the worst of neighbours" : "");
    for (std::size_t line = 0; line < lines; ++line) {
        text += "          ";
        for (std::size_t column = 0; column < columns; ++column) text += letter(worst[line * columns + column], colour);
        text += fmt::format("  {}{}\n", grid.grid().describe_row((line * rows + lines - 1) / lines), lines < rows ? ", ..." : "");
    }
    return text;
}

}  // namespace collapse::app
