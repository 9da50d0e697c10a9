#pragma once

#include <filesystem>

#include "collapse/sweep/settings.hpp"
#include "offsets.hpp"
#include "raw_file.hpp"

/// A finished file of a refined sweep is mostly empty; packed (hdf5::Storage) it takes a fraction of the space. Nothing can be written
/// in place then: whoever wants to go on with such a file rewrites it first.
namespace collapse::store {

/// Writes `target`: all of the result file `source`, packed. `settings`: its own. Throws hdf5::Refusal.
void pack(const std::filesystem::path& source, const std::filesystem::path& target, const sweep::Settings& settings);

/// The data of a result file, for reading by offsets.
struct RawData {
    Offsets offsets;
    RawFile file;
};

/// Of an open file at `path`; if it is packed, all its data are unpacked into memory. Throws hdf5::Refusal.
RawData raw_data(hid_t file, const std::filesystem::path& path);

}  // namespace collapse::store
