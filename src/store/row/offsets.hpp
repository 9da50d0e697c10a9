#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "../format/schema.hpp"
#include "../hdf5/dataset.hpp"
#include "collapse/sweep/index.hpp"

namespace collapse::store {

/// Where in a file the raw data are. The metadata never change, so this holds as long as the file is not replaced.
struct Offsets {
    /// Offsets of the datasets of the accumulators; see slots.hpp.
    struct Slots {
        std::uint64_t sums, replicates, failure, seconds, checksum;
    };

    std::size_t rows = 0;
    std::size_t ridges = 0, generations = 0;  ///< of a row, whose cells are neighbours
    std::optional<std::size_t> clean;         ///< which of the generations is n = 0
    std::vector<std::uint64_t> variables;     ///< in the order of schema::variables()
    std::uint64_t status = 0;
    std::uint64_t segments = 0;
    std::optional<Slots> slots;  ///< none if nothing is simulated

    std::size_t cells_per_row() const { return ridges * generations; }

    /// Offset of the first cell of a row of variable number `variable`.
    std::uint64_t row_of(std::size_t variable, sweep::RowIndex row) const;
    std::uint64_t status_of_row(sweep::RowIndex row) const { return status + row.value * cells_per_row(); }
};

/// Finds the data of an open file; nothing if they are not raw (chunked, compressed). Throws hdf5::Refusal if a dataset is missing or
/// has another type or shape than this program gives it.
std::optional<Offsets> locate(hid_t file);

/// The same for data that are elsewhere: `place` is called for every dataset, and returns its offset there.
Offsets locate(hid_t file, const std::function<std::uint64_t(hid_t)>& place);

/// The same for the segments alone, which are raw in every file.
std::uint64_t locate_segments(hid_t file);

/// Whether the cells of a row have all values of lambda; else one, as nothing else is drawn together.
bool shares_ridges(hid_t status);

/// Throws hdf5::Refusal unless the dataset has this type and shape, and as many bytes in the file as that needs.
void expect_dataset(hid_t dataset, const char* name, hid_t type, const hdf5::Shape& shape);

}  // namespace collapse::store
