#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collapse/protocol/protocol.hpp"
#include "collapse/sweep/coordinate.hpp"
#include "collapse/sweep/index.hpp"

namespace collapse::sweep {

using protocol::Row;

/// Whether every result file has a dimension of this parameter, even with one value.
bool is_core(std::string_view parameter);

/// The values of one coordinate: distinct, at least one.
struct Axis {
    CoordinatePointer coordinate;
    std::vector<double> values;
    bool used = true;  ///< whether a model of the sweep depends on it: files have a dimension alpha and beta in any case

    std::string_view name() const { return coordinate->name; }
    /// Whether the parameter follows another: then the one value is a factor, see tie.hpp.
    bool is_tie() const { return coordinate->follows != nullptr; }
    friend bool operator==(const Axis& one, const Axis& other);
};

/// What of a row is to be computed: the cells of some of its ridges and generations, given by their numbers in the whole row.
struct RowPart {
    Row row;
    std::vector<std::size_t> ridges, generations;
};

using protocol::Counts;

/// The product of axes, of which a selection may leave cells out. Cells are numbered as the result file stores them: extra axes
/// first, then alpha, beta, T, lambda, n, the last running fastest. So the cells of one row (all lambda, all n; where something
/// follows lambda, one lambda, all n) are neighbours.
class Grid {
  public:
    /// `axes`: at most one for each parameter, any order. Throws InvalidInput if there are more than 10^9 cells.
    explicit Grid(std::vector<Axis> axes, Counts counts = Counts::whole);

    /// Gives the axis number `axis` of axes(), which has one value, another.
    void put(std::size_t axis, double value);
    /// Leaves out all cells but those marked [cells].
    void select(std::vector<bool> selection);
    /// What select() was given; empty: no cell is left out.
    const std::vector<bool>& selection() const { return selection_; }
    bool selects(CellIndex cell) const { return selection_.empty() || selection_[cell.value]; }
    std::size_t selected_cells() const;
    std::size_t selected_cells(RowIndex row) const;

    /// Every axis given, in storage order.
    const std::vector<Axis>& axes() const { return axes_; }
    /// The dimensions of the result file, in storage order: alpha, beta, T, lambda, n always, the others if they have more than
    /// one value.
    std::vector<const Axis*> dimensions() const;
    /// Axes that are neither a dimension nor a tie: one value each.
    std::vector<const Axis*> scalars() const;

    std::size_t rows() const { return rows_; }
    std::size_t cells_per_row() const { return row_size_; }
    std::size_t ridges() const { return ridges_; }  ///< values of lambda within a row
    /// Whether lambda is a coordinate within rows: no other parameter follows it.
    bool shares_ridges() const { return shares_ridges_; }
    std::size_t cells() const { return rows_ * row_size_; }

    /// Cell `within` < cells_per_row() of a row, [ridges x generations].
    CellIndex cell_of(RowIndex row, std::size_t within) const { return CellIndex{row.value * row_size_ + within}; }
    RowIndex row_of(CellIndex cell) const { return RowIndex{cell.value / row_size_}; }
    std::size_t within_row(CellIndex cell) const { return cell.value % row_size_; }

    /// Sets the parameter of an axis; a derived count is rounded to the nearest whole one unless counts are real.
    void set(Cell& cell, const Axis& axis, double value) const;
    /// The cells that share their draws, number `index`, of rows().
    Row row(RowIndex index) const;
    /// The ridges and generations of this row that have selected cells.
    RowPart selected_part(RowIndex index) const;
    /// The cell number `index`, of cells().
    Cell cell(CellIndex index) const;
    /// The place of a cell in words: `beta = 1.5, T = 100, lambda = 0.1, n = 3`, the dimensions with more than one value.
    std::string describe(CellIndex index) const;
    /// The same of a row: `beta = 1.5, T = 100`.
    std::string describe_row(RowIndex index) const;

    friend bool operator==(const Grid&, const Grid&) = default;

  private:
    struct Shared;

    bool is_inner(const Axis& axis) const;
    Shared shared(RowIndex index) const;
    double inner(Cell cell, const Axis& axis, double value, double Cell::*member) const;
    template <class NumberOf>
    std::string place(std::size_t index, NumberOf counts) const;

    std::vector<Axis> axes_;
    Counts counts_;
    bool shares_ridges_ = true;
    std::size_t rows_ = 1, row_size_ = 1, ridges_ = 1;
    std::vector<bool> selection_;
};

}  // namespace collapse::sweep
