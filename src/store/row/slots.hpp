#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "collapse/sweep/task.hpp"
#include "offsets.hpp"
#include "raw_file.hpp"

/// What is kept to continue a row: exact sums over the first replicates. A row is updated many times, and an update in place may
/// be torn by a kill; so there are two slots a row, each with a checksum, and the one that is overwritten is never the newest
/// valid.
namespace collapse::store {

/// One slot of one row. Never written: checksum 0.
struct Slot {
    std::int64_t replicates = 0;
    double seconds = 0;
    std::vector<double> sums;           ///< [cells x Moments::stored_size]
    std::vector<std::uint8_t> failure;  ///< [cells], a Reason each

    /// Over all of it and the number of the row (FNV-1a, 64 bit); never 0.
    std::uint64_t checksum(sweep::RowIndex row) const;
};

/// Where the parts of slot 0 or 1 of a row are.
struct SlotAddress {
    SlotAddress(const Offsets& offsets, std::size_t slot, sweep::RowIndex row);
    std::uint64_t sums, replicates, failure, seconds, checksum;
};

/// The valid slot with most replicates.
struct NewestSlot {
    std::size_t index;
    Slot slot;
};

Slot slot_of(const sweep::RowState& state);
void restore(sweep::RowState& state, const Slot& slot, std::size_t ridges, std::size_t generations);

/// Nothing if neither slot is valid. Needs offsets.slots.
std::optional<NewestSlot> newest_slot(const RawFile& file, const Offsets& offsets, sweep::RowIndex row);

}  // namespace collapse::store
