#include "collapse/app/grid_map.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>

#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

using store::Status;

constexpr std::size_t most_lines = 24, most_columns = 72;
constexpr int remarkable = 4, alarming = 6;  ///< |z| that is coloured

/// Of theory alone the map shows the regimes: unknown, clean bias, clean variance, collapse bias, collapse variance.
constexpr std::string_view regime_letters = "oBVbv";
constexpr int first_regime = 12;  ///< beyond the digits

/// How much a cell asks for attention; of several cells in one place the most demanding is shown.
int severity(Status status, double z, std::optional<std::uint8_t> regime)
{
    if (status == Status::done && regime) return first_regime + std::min<int>(*regime, regime_letters.size() - 1);
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
    else if (severity >= first_regime) sign = regime_letters[static_cast<std::size_t>(severity - first_regime)];
    else if (severity >= 2) {
        const int z = severity - 2;
        sign = static_cast<char>('0' + z);
        paint = z >= alarming ? "\x1b[31m" : z >= remarkable ? "\x1b[33m" : "\x1b[32m";
    }
    return colour && *paint ? fmt::format("{}{}\x1b[0m", paint, sign) : std::string(1, sign);
}

/// The grid as lines and columns: `width` cells that stand `stride` apart make a line.
struct Layout {
    std::string columns;  ///< what runs along a line
    std::size_t width = 1, stride = 1;
    sweep::Grid lines;  ///< a cell a line
};

Layout layout_of(const sweep::Grid& grid)
{
    std::vector<sweep::Axis> axes = grid.axes();
    const auto values = [](const sweep::Axis& axis) { return axis.values.size(); };
    const auto inner = axes.end() - 2;  // lambda and n
    auto first = inner, last = axes.end();
    const auto longest = std::ranges::max_element(std::reverse_iterator(inner), axes.rend(), {}, values).base() - 1;
    if (values(*longest) > values(*inner) * values(*(inner + 1))) first = longest, last = longest + 1;
    const std::string columns = first == inner ? "lambda x n" : std::string(first->name());
    std::size_t width = 1, stride = 1;
    for (auto axis = last; axis != axes.end(); ++axis) stride *= values(*axis);
    for (auto axis = first; axis != last; ++axis) {
        width *= values(*axis);
        axis->values.resize(1);
    }
    return {columns, width, stride, sweep::Grid(axes)};
}

}  // namespace

std::string grid_map(const store::ResultView& view, const StoredGrid& grid, bool colour)
{
    const Layout layout = layout_of(grid.grid());
    const std::size_t rows = layout.lines.cells(), cells = layout.width;
    const std::size_t lines = std::min(rows, most_lines), columns = std::min(cells, most_columns);
    const bool simulated = stored_settings(view).simulation.replicates > 0;
    const auto z = simulated ? view.numbers("zscore") : std::vector<double>(view.cells(), std::nan(""));
    const auto regime = simulated ? std::vector<std::uint8_t>{} : view.flags("theory_regime");
    std::vector<int> worst(lines * columns, -1);
    for (std::size_t cell = 0; cell < view.cells(); ++cell) {
        const std::size_t row = cell / (cells * layout.stride) * layout.stride + cell % layout.stride;
        const std::size_t column = cell / layout.stride % cells;
        int& place = worst[row * lines / rows * columns + column * columns / cells];
        place = std::max(place, severity(view.status()[cell], z[cell], simulated ? std::nullopt : std::optional(regime[cell])));
    }
    std::string text =
        fmt::format("map       columns: {}; {}, X: failed, .: pending, -: nothing to {}{}\n", layout.columns,
                    simulated ? "0-9: |z| of simulation against theory, o: no z"
                              : "largest part of the predicted error: B clean bias, V clean variance, b collapse bias, v collapse "
                                "variance, o unknown",
                    simulated ? "simulate" : "predict", lines < rows || columns < cells ? "; the worst of neighbours" : "");
    for (std::size_t line = 0; line < lines; ++line) {
        text += "          ";
        for (std::size_t column = 0; column < columns; ++column) text += letter(worst[line * columns + column], colour);
        text += fmt::format("  {}{}\n", layout.lines.describe(sweep::CellIndex{(line * rows + lines - 1) / lines}),
                            lines < rows ? ", ..." : "");
    }
    return text;
}

}  // namespace collapse::app
