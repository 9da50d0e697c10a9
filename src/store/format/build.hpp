#pragma once

#include <filesystem>

#include "../hdf5/dataset.hpp"
#include "collapse/store/format/provenance.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::store {

/// Writes a result file without results: all metadata, and the space of all data (none if packed). Nothing is renamed or made
/// durable here. Throws hdf5::Refusal, for instance if the disk is full.
void build(const std::filesystem::path& path, const sweep::Settings& settings, const Provenance& provenance,
           hdf5::Storage storage = hdf5::Storage::raw);

/// The text of the attribute provenance/resolved_config: a line `key = value` for every pair of Settings::resolved().
std::string resolved_text(const sweep::Settings& settings);

}  // namespace collapse::store
