#pragma once

#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "collapse/sweep/plan.hpp"

namespace collapse::sweep {

/// One of `count` independent jobs that share a sweep, number 1 .. count.
struct Shard {
    std::size_t number = 1, count = 1;

    bool is_whole() const { return count == 1; }
    /// `2/8`; empty for a whole sweep.
    std::string name() const { return is_whole() ? "" : fmt::format("{}/{}", number, count); }
};

/// What is left of the plan of a sweep for one shard.
///
/// Rows are dealt in order of cost, to and fro (1 2 3 3 2 1 1 2 3 ...), so that all shards cost about the same. The cost is the
/// nominal one: every job finds the same deal.
Plan take_shard(Plan plan, const Shard& shard);

}  // namespace collapse::sweep
