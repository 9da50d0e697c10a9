#pragma once

#include <filesystem>

namespace collapse::app {

/// What a rank takes before it computes anything: the program and its libraries.
inline constexpr double program_bytes = 64e6;

/// Throws InvalidInput if ranks that need `bytes_per_rank` each do not fit into the memory of this host.
void check_memory(double bytes_per_rank, int ranks_per_host);

/// Throws SystemFailure if a file of so many bytes does not fit onto the disk of `path`.
void check_disk(const std::filesystem::path& path, double bytes);

}  // namespace collapse::app
