#pragma once

#include <filesystem>

#include "collapse/sweep/plan.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::app {

/// Bytes of memory of the rank that takes most: rank 0, which computes as all do and puts the results together.
double planned_memory(const sweep::Plan& plan, const sweep::Grid& grid);

/// Bytes of address space of the same rank, which `ulimit -v` limits: what this process has mapped by now, and what the sweep adds.
double planned_address_space(const sweep::Plan& plan, const sweep::Grid& grid);

/// Memory that was freed is kept for the next matrix. Where address space is limited: no heap of its own for a thread, for which the C
/// library would look for 128 MiB again and again (a run of 0.1 s took 5 s). Call it before threads start.
void set_up_heap();

/// Throws InvalidInput if so many ranks, with rank 0 among them, do not fit into the memory of this host.
void check_memory(const sweep::Plan& plan, const sweep::Grid& grid, int ranks_per_host);

/// For whoever measures the spectrum of data: throws InvalidInput if the pool of rows does not fit, and says which would.
void check_pool(const sweep::Settings& settings);

/// What is to be said of the rows that theory takes its spectrum from; nothing if they are enough.
std::string remark_on_pool(const sweep::Plan& plan);

/// Throws SystemFailure if a file of so many bytes does not fit onto the disk of `path`.
void check_disk(const std::filesystem::path& path, double bytes);

}  // namespace collapse::app
