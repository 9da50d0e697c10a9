#pragma once

#include <vector>

#include "collapse/numerics/types.hpp"
#include "collapse/problem/scheme.hpp"
#include "collapse/rng/draws.hpp"

namespace collapse::protocol {

/// A row of the block of a use.
struct Pick {
    std::size_t use;
    numerics::Index row;
};

/// The rows that take part: `subsample` of all of them, or a share of each use. Blocks that take part whole may be compressed, to
/// `counts` rows. `number`, `evaluation`: of the fit, by which its choice is named.
std::vector<Pick> picks_of(const problem::Fit& fit, const std::vector<numerics::Index>& counts, const rng::Draws& draws,
                           double number, bool evaluation);

}  // namespace collapse::protocol
