#include "collapse/sweep/grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::sweep {

namespace {

constexpr double most_cells = 1e9;      ///< a row's bookkeeping must fit into the memory of rank 0
constexpr double bytes_per_cell = 400;  ///< in the result file, for a message

constexpr std::array core_parameters{"alpha", "beta", "T", "lambda", "n"};

}  // namespace

bool is_core(std::string_view parameter) { return std::ranges::find(core_parameters, parameter) != core_parameters.end(); }

bool operator==(const Axis& one, const Axis& other)
{
    const auto followed = [](const Axis& axis) { return axis.is_tie() ? axis.coordinate->follows->name : std::string_view(); };
    return one.name() == other.name() && one.values == other.values && followed(one) == followed(other);
}

Grid::Grid(std::vector<Axis> axes, Counts counts) : axes_(std::move(axes)), counts_(counts)
{
    const auto parameter = [](const Axis& axis) -> const Parameter& { return *axis.coordinate->parameter; };
    std::ranges::stable_sort(axes_, problem::precedes, parameter);
    const auto twice = std::ranges::adjacent_find(axes_, {}, [](const Axis& axis) { return axis.coordinate->parameter->name; });
    if (twice != axes_.end())
        support::validate(false, "grid.{} and grid.{} both determine {}; give one of them", twice->name(), (twice + 1)->name(),
                          twice->coordinate->parameter->name);
    for (const char* name : core_parameters)
        support::validate(std::ranges::any_of(axes_, [&](const Axis& axis) { return axis.coordinate->parameter->name == name; }),
                          "grid.{0} is missing; add a line `{0} = ...` to [grid]", name);
    shares_ridges_ = std::ranges::none_of(
        axes_, [](const Axis& axis) { return axis.is_tie() && axis.coordinate->follows->parameter->name == "lambda"; });
    double cells = 1;
    for (const Axis& axis : axes_) {
        support::validate(!axis.values.empty(), "grid.{} is an empty list; give at least one value", axis.name());
        cells *= static_cast<double>(axis.values.size());
        (is_inner(axis) ? row_size_ : rows_) *= axis.values.size();
        if (is_inner(axis) && axis.coordinate->parameter->name == "lambda") ridges_ = axis.values.size();
    }
    support::validate(cells <= most_cells,
                      "the grid has {:.3g} cells, whose result file would take about {}; give shorter lists, at most "
                      "{:.0e} cells together",
                      cells, support::bytes(cells * bytes_per_cell), most_cells);
}

bool Grid::is_inner(const Axis& axis) const
{
    const std::string_view name = axis.coordinate->parameter->name;
    return name == "n" || (name == "lambda" && shares_ridges_);
}

std::vector<const Axis*> Grid::dimensions() const
{
    std::vector<const Axis*> result;
    for (const Axis& axis : axes_)
        if (is_core(axis.coordinate->parameter->name) || axis.values.size() > 1) result.push_back(&axis);
    return result;
}

std::vector<const Axis*> Grid::scalars() const
{
    std::vector<const Axis*> result;
    for (const Axis& axis : axes_)
        if (!is_core(axis.coordinate->parameter->name) && axis.values.size() == 1 && !axis.is_tie()) result.push_back(&axis);
    return result;
}

void Grid::set(Cell& cell, const Axis& axis, double value) const
{
    axis.coordinate->set(cell, value);
    const bool is_dimension = axis.coordinate->parameter->name == "d";  // which theory too knows whole
    if (!axis.coordinate->is_derived() || (counts_ == Counts::real && !is_dimension)) return;
    double& parameter = axis.coordinate->parameter->in(cell);
    if (axis.coordinate->parameter->kind == Parameter::Kind::count) parameter = std::max(1.0, std::round(parameter));
    if (axis.coordinate->parameter->kind == Parameter::Kind::generations) parameter = std::round(parameter);
}

/// What all cells of a row have, and the axes along which they differ.
struct Grid::Shared {
    Cell cell;
    const Axis *lambda = nullptr, *n = nullptr;  ///< null: the cell has its lambda
};

Grid::Shared Grid::shared(RowIndex index) const
{
    support::ensure(index.value < rows_, "a row index lies in the grid");
    std::size_t rest = index.value;
    Shared found;
    auto& [cell, lambda, n] = found;
    std::vector<std::pair<const Axis*, double>> derived, tied;
    for (auto axis = axes_.rbegin(); axis != axes_.rend(); ++axis) {
        if (axis->coordinate->parameter->name == "n") n = &*axis;
        else if (is_inner(*axis)) lambda = &*axis;
        else {
            const double value = axis->values[rest % axis->values.size()];
            rest /= axis->values.size();
            if (axis->is_tie()) tied.emplace_back(&*axis, value);
            else if (axis->coordinate->is_derived()) derived.emplace_back(&*axis, value);
            else set(cell, *axis, value);
        }
    }
    for (const auto& [axis, value] : derived) set(cell, *axis, value);
    for (const auto& [axis, value] : tied) set(cell, *axis, value);
    return found;
}

/// The parameter `member` of a row's cell at a value of its axis within the row.
double Grid::inner(Cell cell, const Axis& axis, double value, double Cell::*member) const
{
    if (!axis.coordinate->to_parameter) return value;
    set(cell, axis, value);
    return cell.*member;
}

Row Grid::row(RowIndex index) const
{
    const Shared found = shared(index);
    Row row{found.cell, {}, {}, counts_};
    row.cell.lambda = Cell::unset;
    if (!found.lambda) row.lambda = {found.cell.lambda};
    else
        for (const double value : found.lambda->values)
            row.lambda.push_back(inner(found.cell, *found.lambda, value, &Cell::lambda));
    for (const double value : found.n->values) row.generations.push_back(inner(found.cell, *found.n, value, &Cell::n));
    return row;
}

void Grid::put(std::size_t axis, double value)
{
    support::ensure(axes_[axis].values.size() == 1, "an axis whose value is put has one");
    axes_[axis].values[0] = value;
}

RowPart Grid::selected_part(RowIndex index) const
{
    const Row whole = row(index);
    RowPart part{{whole.cell, {}, {}, whole.counts}, {}, {}};
    const std::size_t columns = whole.generations.size();
    const auto any = [&](std::size_t start, std::size_t step, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            if (selects(cell_of(index, start + i * step))) return true;
        return false;
    };
    for (std::size_t i = 0; i < whole.lambda.size(); ++i)
        if (any(i * columns, 1, columns)) {
            part.ridges.push_back(i);
            part.row.lambda.push_back(whole.lambda[i]);
        }
    for (std::size_t j = 0; j < columns; ++j)
        if (any(j, columns, whole.lambda.size())) {
            part.generations.push_back(j);
            part.row.generations.push_back(whole.generations[j]);
        }
    return part;
}

void Grid::select(std::vector<bool> selection)
{
    support::ensure(selection.empty() || selection.size() == cells(), "a selection has an entry for every cell");
    selection_ = std::move(selection);
}

std::size_t Grid::selected_cells() const
{
    return selection_.empty() ? cells() : static_cast<std::size_t>(std::ranges::count(selection_, true));
}

std::size_t Grid::selected_cells(RowIndex row) const
{
    if (selection_.empty()) return row_size_;
    const auto first = selection_.begin() + static_cast<std::ptrdiff_t>(cell_of(row, 0).value);
    return static_cast<std::size_t>(std::count(first, first + static_cast<std::ptrdiff_t>(row_size_), true));
}

Cell Grid::cell(CellIndex index) const
{
    const Shared found = shared(row_of(index));
    const std::size_t within = within_row(index), columns = found.n->values.size();
    Cell cell = found.cell;
    if (found.lambda) cell.lambda = inner(found.cell, *found.lambda, found.lambda->values[within / columns], &Cell::lambda);
    cell.n = inner(found.cell, *found.n, found.n->values[within % columns], &Cell::n);
    return cell;
}

/// The values at place `index` of the product of some axes; those with one value go without saying.
template <class NumberOf>
std::string Grid::place(std::size_t index, NumberOf counts) const
{
    std::vector<std::string> words;
    const auto all = dimensions();
    for (auto axis = all.rbegin(); axis != all.rend(); ++axis) {
        if (!counts(**axis)) continue;
        const std::size_t size = (*axis)->values.size();
        if (size > 1) words.insert(words.begin(), fmt::format("{} = {:g}", (*axis)->name(), (*axis)->values[index % size]));
        index /= size;
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string Grid::describe(CellIndex index) const
{
    const std::string words = place(index.value, [](const Axis&) { return true; });
    return words.empty() ? "the only cell" : words;
}

std::string Grid::describe_row(RowIndex index) const
{
    const std::string words = place(index.value, [this](const Axis& axis) { return !is_inner(axis); });
    return words.empty() ? "the only row" : words;
}

}  // namespace collapse::sweep
