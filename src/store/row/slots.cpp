#include "slots.hpp"

#include <algorithm>

#include "collapse/simulate/moments.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::store {

namespace {

constexpr std::size_t stored_size = simulate::Moments::stored_size;

class Fnv {
  public:
    void absorb(std::span<const std::byte> bytes)
    {
        for (const std::byte byte : bytes) hash_ = (hash_ ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
    }
    template <class Number>
    void absorb(const Number& number)
    {
        absorb(std::as_bytes(std::span(&number, 1)));
    }
    std::uint64_t value() const { return hash_; }

  private:
    std::uint64_t hash_ = 0xcbf29ce484222325u;
};

std::optional<Slot> read_slot(const RawFile& file, const Offsets& offsets, std::size_t index, sweep::RowIndex row)
{
    const SlotAddress at(offsets, index, row);
    const auto checksum = file.read_number<std::uint64_t>(at.checksum);
    if (checksum == 0) return std::nullopt;
    Slot slot;
    slot.replicates = file.read_number<std::int64_t>(at.replicates);
    slot.seconds = file.read_number<double>(at.seconds);
    slot.sums.resize(offsets.cells_per_row() * stored_size);
    slot.failure.resize(offsets.cells_per_row());
    file.read(at.sums, std::as_writable_bytes(std::span(slot.sums)));
    file.read(at.failure, std::as_writable_bytes(std::span(slot.failure)));
    const auto known = [](std::uint8_t reason) { return reason < std::size(support::reason_names); };
    if (slot.checksum(row) != checksum || !std::ranges::all_of(slot.failure, known)) return std::nullopt;
    return slot;
}

}  // namespace

std::uint64_t Slot::checksum(sweep::RowIndex row) const
{
    Fnv hash;
    hash.absorb(static_cast<std::uint64_t>(row.value));
    hash.absorb(replicates);
    hash.absorb(seconds);
    hash.absorb(std::as_bytes(std::span(failure)));
    hash.absorb(std::as_bytes(std::span(sums)));
    return std::max<std::uint64_t>(hash.value(), 1);
}

SlotAddress::SlotAddress(const Offsets& offsets, std::size_t slot, sweep::RowIndex row)
{
    const std::size_t place = slot * offsets.rows + row.value, cells = offsets.cells_per_row();
    sums = offsets.slots->sums + place * cells * stored_size * sizeof(double);
    replicates = offsets.slots->replicates + place * sizeof(std::int64_t);
    failure = offsets.slots->failure + place * cells;
    seconds = offsets.slots->seconds + place * sizeof(double);
    checksum = offsets.slots->checksum + place * sizeof(std::uint64_t);
}

Slot slot_of(const sweep::RowState& state)
{
    Slot slot{state.replicates, state.seconds, {}, {}};
    slot.sums.reserve(state.sums.size() * stored_size);
    slot.failure.reserve(state.sums.size());
    for (const sweep::CellSums& cell : state.sums) {
        const auto stored = cell.moments.stored();
        slot.sums.insert(slot.sums.end(), stored.begin(), stored.end());
        slot.failure.push_back(static_cast<std::uint8_t>(cell.failure));
    }
    return slot;
}

void restore(sweep::RowState& state, const Slot& slot, std::size_t ridges, std::size_t generations)
{
    state.replicates = slot.replicates;
    state.seconds = slot.seconds;
    state.sums = sweep::Table<sweep::CellSums>(ridges, generations);
    for (std::size_t cell = 0; cell < state.sums.size(); ++cell) {
        const std::span<const double, stored_size> stored(slot.sums.data() + cell * stored_size, stored_size);
        state.sums[cell] = {simulate::Moments(stored), static_cast<sweep::Reason>(slot.failure[cell])};
    }
}

std::optional<NewestSlot> newest_slot(const RawFile& file, const Offsets& offsets, sweep::RowIndex row)
{
    std::optional<NewestSlot> newest;
    for (std::size_t index = 0; index < 2; ++index)
        if (auto slot = read_slot(file, offsets, index, row); slot && (!newest || slot->replicates >= newest->slot.replicates))
            newest = NewestSlot{index, std::move(*slot)};
    return newest;
}

}  // namespace collapse::store
