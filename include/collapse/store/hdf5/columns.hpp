#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collapse/data/numbers.hpp"

namespace collapse::store {

/// Whether the file is HDF5, by its signature.
bool is_hdf5(const std::filesystem::path& path);

/// Whether it has a data set of that name.
bool has_column(const std::filesystem::path& path, const std::string& name);

/// The numbers of a one-dimensional data set of any HDF5 file. Throws InvalidInput if there is none of that name and shape.
std::vector<double> read_column(const std::filesystem::path& path, const std::string& name);

/// All numbers of a data set of any HDF5 file; bytes stay bytes. `key`: the config key that names it, for messages. Throws InvalidInput.
data::Numbers read_numbers(const std::string& key, const std::filesystem::path& path, const std::string& name);

}  // namespace collapse::store
