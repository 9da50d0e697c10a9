#pragma once

#include <map>
#include <vector>

#include "collapse/sweep/task.hpp"
#include "offsets.hpp"
#include "raw_file.hpp"
#include "slots.hpp"

namespace collapse::store {

/// Rows to be written, by number.
using PendingRows = std::map<sweep::RowIndex, sweep::RowState>;

/// Writes rows in the order that makes them safe. Between the steps the caller syncs:
///   1. withdraw: rows that readers trust and that will change become pending;
///   2. write_values: variables, and the slot that is not the newest valid one;
///   3. publish: status, and slots that must not be taken for newer are wiped.
/// Each step may be repeated after a failure.
class RowWriter {
  public:
    /// Reads status once: which rows are published.
    RowWriter(const RawFile& file, const Offsets& offsets);

    /// Returns whether anything had to be withdrawn.
    bool withdraw(RawFile& file, const Offsets& offsets, const PendingRows& rows);
    void write_values(RawFile& file, const Offsets& offsets, const PendingRows& rows);
    void publish(RawFile& file, const Offsets& offsets, const PendingRows& rows);
    /// Everything of `rows` is durable.
    void settle(const PendingRows& rows);

    bool complete() const { return complete_rows_ == shown_.size(); }

  private:
    /// What the file shows of a row: nothing yet; values of an earlier completion with status pending; cells of an earlier, smaller
    /// sweep, which stay until the row is complete; status of some cells; all.
    enum class Shown : unsigned char { nothing, stale, earlier, partly, complete };
    /// The slot of a row that is written until it is durable, whatever happens in between; and the replicates in the other one.
    struct Target {
        std::size_t slot;
        std::int64_t other_replicates;  ///< -1: not valid
    };
    struct Prepared;

    void set(sweep::RowIndex row, Shown shown);
    /// Whether readers go on seeing what the file shows of a row when it is written.
    bool leaves(sweep::RowIndex row, const sweep::RowState& state) const
    {
        return shown_[row.value] == Shown::earlier && !state.complete;
    }
    Prepared prepare(const RawFile& file, const Offsets& offsets, sweep::RowIndex row, const sweep::RowState& state);

    std::vector<Shown> shown_;  ///< [rows]
    std::size_t complete_rows_ = 0;
    std::map<sweep::RowIndex, Target> targets_;
};

}  // namespace collapse::store
