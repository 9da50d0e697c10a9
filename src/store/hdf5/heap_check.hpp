#pragma once

#include <filesystem>

#include "handle.hpp"

namespace collapse::store {

/// Throws hdf5::Refusal if a global heap of the open file, in which HDF5 keeps text of variable length, is damaged. All other
/// metadata have checksums; heaps have none, and HDF5 1.10 crashes on what it finds there. To be called before any text is read.
void check_heaps(hid_t file, const std::filesystem::path& path);

}  // namespace collapse::store
