#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace collapse::store {

/// Whether the file is HDF5, by its signature.
bool is_hdf5(const std::filesystem::path& path);

/// The numbers of a one-dimensional data set of any HDF5 file. Throws InvalidInput if there is none of that name and shape.
std::vector<double> read_column(const std::filesystem::path& path, const std::string& name);

}  // namespace collapse::store
