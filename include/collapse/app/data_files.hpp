#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "collapse/sweep/settings.hpp"

namespace collapse::app {

/// What data.targets says, seen from a folder: an absolute path if there is such a file, or else the name itself (of a column).
std::string name_beside(const std::filesystem::path& folder, const std::string& name);

/// Reads the files of [data]: IDX (plain or gzip), CSV (.csv, .csv.gz, .txt) or HDF5 (file.h5:/dataset); targets are a file of their
/// own or a column of the CSV. Throws InvalidInput.
std::shared_ptr<const data::Dataset> read_dataset(const sweep::DataSettings& settings);

}  // namespace collapse::app
