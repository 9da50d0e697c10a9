#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collapse/protocol/protocol.hpp"
#include "collapse/simulate/moments.hpp"

namespace collapse::simulate {

using problem::ByLevel;

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

/// The outcome of one replicate of every cell [ridges x generations], or why there is none.
struct Outcome {
    support::Table<problem::ErrorForms> errors{};
    Reason failure = Reason::none;
};

/// The key of a row's random numbers: which parameters they belong to is decided here and nowhere else. lambda and n stay out,
/// because all cells of a row share their draws; so do sigma and sigma0 if they decide the size of noise alone (`linear`, see
/// protocol::LevelledScheme), and the options that change no distribution of what is drawn.
rng::Key key_of(std::uint64_t seed, const problem::ModelSettings& settings, const std::string& protocol, const protocol::Row& row,
                bool linear = true);

/// Replicates of every cell of a row, whatever its levels of label noise.
struct Forms {
    rng::Key key{0};
    std::vector<double> lambda, generations;
    ByLevel<bool> wanted{};
    Replicates replicates;
    std::vector<Outcome> outcomes;  ///< [replicates]

    bool serves(const rng::Key& key, const protocol::Row& row, const ByLevel<bool>& wanted, Replicates replicates) const;
};

/// What rows that differ in sigma or sigma0 alone have in common: the last block that was simulated serves the next row if that
/// asks for the same replicates.
struct Family {
    ByLevel<bool> wanted{};  ///< levels that are not zero in one of the rows
    bool remembers = false;  ///< whether there is more than one row
    Forms last{};
};

/// Bytes of the outcomes of one replicate, of which a family remembers at most so many, or one replicate.
constexpr double bytes_of_forms(std::size_t cells) { return static_cast<double>(cells) * sizeof(problem::ErrorForms); }
inline constexpr double most_bytes_of_forms = 16e6;

/// Simulates a block of replicates of every cell of the row [ridges x generations]. A replicate that breaks down or gives a
/// number that is not finite marks its cells; nothing is thrown for that. `family`: of rows that are simulated after each other.
support::Table<CellSums> simulate_block(protocol::LevelledScheme scheme, const problem::ModelSettings& settings,
                                        const protocol::Row& row, const rng::Key& key, Replicates replicates, support::Meter& meter,
                                        protocol::LabelNoise noise = protocol::LabelNoise::drawn, Family* family = nullptr);

}  // namespace collapse::simulate
