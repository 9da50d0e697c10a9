#pragma once

#include <string>
#include <vector>

#include "collapse/store/format/provenance.hpp"

/// Where the ranks of a run are and what they compute with.
namespace collapse::app {

struct RankFacts {
    std::string host;
    std::string cores;   ///< that it may use, as Linux lists them: `0-3,8`
    std::string kernel;  ///< of its BLAS
};

/// What this rank tells rank 0, as text.
std::string facts_of_this_rank();
RankFacts parse_facts(const std::string& text);

/// Cores in a list such as `0-3,8`; 0 if it is none.
std::size_t count_cores(const std::string& list);

/// `node1 x 8, node2 x 8`
std::string hosts_of(const std::vector<RankFacts>& ranks);
/// Ranks that share a host with the fullest one.
int most_ranks_per_host(const std::vector<RankFacts>& ranks);
/// `Haswell, SkylakeX`
std::string kernels_of(const std::vector<RankFacts>& ranks);

/// What a user would want to know: ranks that share a core, kernels that differ, among the ranks or from those of the runs `before`.
std::vector<std::string> remarks_on(const std::vector<RankFacts>& ranks, const std::vector<store::Segment>& before);

}  // namespace collapse::app
