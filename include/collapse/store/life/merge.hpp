#pragma once

#include <filesystem>
#include <vector>

#include "collapse/store/format/provenance.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::store {

/// What a merged file holds.
struct Merged {
    std::size_t cells = 0, cells_pending = 0, cells_failed = 0;
};

/// Pools result files of one sweep into the file that one run would have written, bit for bit: files of shards, each of which knows
/// other rows, and files of further replicates (simulation.first_replicate), which follow one another without a gap. Rows that no
/// input knows are pending.
///
/// `settings`: of the first input; those of the result differ from them in the number of replicates. Throws InvalidInput if `path`
/// exists, if an input is no result file or of another sweep (naming the key), or if replicates would be counted twice or be
/// missing in between; SystemFailure if somebody writes an input, or if the disk refuses. Then nothing is left behind.
Merged merge(const std::filesystem::path& path, const std::vector<std::filesystem::path>& inputs, sweep::Settings settings,
             const Provenance& provenance);

}  // namespace collapse::store
