#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace collapse::store {

/// Where a file is prepared before it gets its name: beside it, on the same file system.
std::filesystem::path draft_of(const std::filesystem::path& path);

/// Throw InvalidInput if there is no directory for `path`, or if `path` exists.
void check_directory(const std::filesystem::path& path);
void check_free(const std::filesystem::path& path);

/// Takes and gives back `bytes` of disk space at `path`, so that a disk that is too full is noticed before HDF5 meets it (which
/// does not recover well from that). Throws SystemFailure with the reason of the system.
void probe_space(const std::filesystem::path& path, double bytes);

/// Makes `draft` durable and gives it the name `path`, which must be free (else InvalidInput). Throws SystemFailure.
void publish_new(const std::filesystem::path& draft, const std::filesystem::path& path);

/// The same, but replaces what `path` named before, atomically.
void publish_over(const std::filesystem::path& draft, const std::filesystem::path& path);

/// A whole HDF5 file by `write`, published so. Throws SystemFailure with reason and remedy, and then leaves no draft behind.
void write_over(const std::filesystem::path& path, const std::function<void(std::int64_t file)>& write);

}  // namespace collapse::store
