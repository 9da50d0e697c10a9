#pragma once

#include <cstdint>

#include "collapse/protocol/protocol.hpp"
#include "collapse/simulate/moments.hpp"

namespace collapse::simulate {

/// Replicates first <= i < last of a row.
struct Replicates {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t count() const { return last - first; }
    friend bool operator==(const Replicates&, const Replicates&) = default;
};

/// What a block of replicates gave for one cell.
struct CellSums {
    Moments moments;
    Reason failure = Reason::none;  ///< of the first replicate that failed
};

/// The key of a row's random numbers: which parameters they belong to is decided here and nowhere else. lambda and n stay out,
/// because all cells of a row share their draws; so do the options that change no distribution of what is drawn.
rng::Key key_of(std::uint64_t seed, const problem::ModelSettings& settings, const std::string& protocol, const protocol::Row& row);

/// Simulates a block of replicates of every cell of the row [ridges x generations]. A replicate that breaks down or gives a
/// number that is not finite marks its cells; nothing is thrown for that.
support::Table<CellSums> simulate_block(const protocol::Protocol& protocol, const problem::ModelSettings& settings,
                                        const protocol::Row& row, const rng::Key& key, Replicates replicates, support::Meter& meter,
                                        protocol::LabelNoise noise = protocol::LabelNoise::drawn);

}  // namespace collapse::simulate
