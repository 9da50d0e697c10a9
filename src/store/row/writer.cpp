#include "writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "../format/schema.hpp"
#include "collapse/support/failure.hpp"
#include "raw_writer.hpp"

namespace collapse::store {

namespace {

constexpr std::size_t cells_at_once = 1 << 16;  ///< bounds the memory of a commit

template <class Number>
std::span<const std::byte> bytes_of(const Number& number)
{
    return std::as_bytes(std::span(&number, 1));
}

}  // namespace

/// A row as it will stand in the file.
struct RowWriter::Prepared {
    sweep::RowIndex row;
    bool with_row, with_prediction;  ///< which variables are written
    std::vector<CellResult> cells;
    std::optional<Slot> slot;
    std::size_t target = 0;

    bool has(const schema::Variable& variable) const
    {
        return variable.known == schema::Known::with_row ? with_row : with_prediction;
    }
};

RowWriter::RowWriter(const RawFile& file, const Offsets& offsets) : shown_(offsets.rows, Shown::nothing)
{
    std::vector<std::uint8_t> status(offsets.rows * offsets.cells_per_row());
    file.read(offsets.status, std::as_writable_bytes(std::span(status)));
    for (sweep::RowIndex row{0}; row.value < offsets.rows; ++row) {
        const auto cells = std::span(status).subspan(row.value * offsets.cells_per_row(), offsets.cells_per_row());
        const auto pending = static_cast<std::size_t>(std::ranges::count(cells, 0));
        set(row, pending == 0 ? Shown::complete : pending < cells.size() ? Shown::earlier : Shown::nothing);
    }
}

void RowWriter::set(sweep::RowIndex row, Shown shown)
{
    if (shown_[row.value] == Shown::complete) --complete_rows_;
    if (shown == Shown::complete) ++complete_rows_;
    shown_[row.value] = shown;
}

bool RowWriter::withdraw(RawFile& file, const Offsets& offsets, const PendingRows& rows)
{
    const std::vector<std::byte> pending(offsets.cells_per_row());
    RawWriter writer(file);
    bool any = false;
    for (const auto& [row, state] : rows) {
        if (shown_[row.value] < Shown::earlier || leaves(row, state)) continue;
        set(row, Shown::partly);
        writer.add(offsets.status_of_row(row), pending);
        any = true;
    }
    writer.flush();
    if (!any) return false;
    file.sync();
    for (const auto& [row, state] : rows)
        if (shown_[row.value] == Shown::partly) set(row, Shown::stale);
    return true;
}

RowWriter::Prepared RowWriter::prepare(const RawFile& file, const Offsets& offsets, sweep::RowIndex row,
                                       const sweep::RowState& state)
{
    Prepared prepared{.row = row,
                      .with_row = state.complete || shown_[row.value] == Shown::stale,
                      .with_prediction = (state.predictions.size() > 0 || shown_[row.value] == Shown::stale) && !leaves(row, state),
                      .cells = results_of(state, offsets.cells_per_row(), offsets.clean),
                      .slot = std::nullopt};
    if (!offsets.slots || state.sums.size() == 0) return prepared;
    auto target = targets_.find(row);
    if (target == targets_.end()) {
        const auto newest = newest_slot(file, offsets, row);
        target = targets_.emplace(row, newest ? Target{1 - newest->index, newest->slot.replicates} : Target{0, -1}).first;
    }
    prepared.slot = slot_of(state);
    prepared.target = target->second.slot;
    return prepared;
}

void RowWriter::write_values(RawFile& file, const Offsets& offsets, const PendingRows& rows)
{
    const std::size_t rows_at_once = std::max<std::size_t>(1, cells_at_once / offsets.cells_per_row());
    std::vector<Prepared> batch;
    for (auto next = rows.begin(); next != rows.end();) {
        batch.clear();
        for (; next != rows.end() && batch.size() < rows_at_once; ++next)
            batch.push_back(prepare(file, offsets, next->first, next->second));

        RawWriter writer(file);
        for (std::size_t variable = 0; variable < offsets.variables.size(); ++variable)
            for (const Prepared& prepared : batch)
                if (prepared.has(schema::variables()[variable]))
                    writer.add(offsets.row_of(variable, prepared.row),
                               schema::encode(schema::variables()[variable], prepared.cells));
        // One pass for each part of a slot, so that neighbouring rows become one write.
        const auto pass = [&](auto&& add) {
            for (std::size_t slot = 0; slot < 2; ++slot)
                for (const Prepared& prepared : batch)
                    if (prepared.slot && prepared.target == slot) add(SlotAddress(offsets, slot, prepared.row), prepared);
        };
        pass([&](const SlotAddress& at, const Prepared& prepared) {
            writer.add(at.sums, std::as_bytes(std::span(prepared.slot->sums)));
        });
        pass([&](const SlotAddress& at, const Prepared& prepared) {
            writer.add(at.failure, std::as_bytes(std::span(prepared.slot->failure)));
        });
        pass([&](const SlotAddress& at, const Prepared& prepared) {
            writer.add(at.replicates, bytes_of(prepared.slot->replicates));
        });
        pass([&](const SlotAddress& at, const Prepared& prepared) { writer.add(at.seconds, bytes_of(prepared.slot->seconds)); });
        pass([&](const SlotAddress& at, const Prepared& prepared) {
            writer.add(at.checksum, bytes_of(prepared.slot->checksum(prepared.row)));
        });
        writer.flush();
    }
}

void RowWriter::publish(RawFile& file, const Offsets& offsets, const PendingRows& rows)
{
    RawWriter writer(file);
    std::vector<CellResult> cells(offsets.cells_per_row());
    for (const auto& [row, state] : rows) {
        if (!state.complete) continue;
        set(row, Shown::partly);
        for (std::size_t cell = 0; cell < cells.size(); ++cell) cells[cell].status = status_of(state, cell);
        writer.add(offsets.status_of_row(row), schema::encode(schema::status(), cells));
    }
    const std::uint64_t never_written = 0;
    for (const auto& [row, state] : rows)
        if (const auto target = targets_.find(row); target != targets_.end() && target->second.other_replicates >= state.replicates)
            writer.add(SlotAddress(offsets, 1 - target->second.slot, row).checksum, bytes_of(never_written));
    writer.flush();
}

void RowWriter::settle(const PendingRows& rows)
{
    for (const auto& [row, state] : rows)
        if (!leaves(row, state)) set(row, state.complete ? Shown::complete : Shown::nothing);
    targets_.clear();
}

}  // namespace collapse::store
