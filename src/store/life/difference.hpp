#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace collapse::store {

/// The first key whose values in `theirs` and `ours` differ: a sentence part `grid.lambda is 0.1 there and 0.2 here`.
std::optional<std::string> first_difference(const std::vector<std::pair<std::string, std::string>>& theirs,
                                            const std::vector<std::pair<std::string, std::string>>& ours,
                                            const std::string& there = "there", const std::string& here = "here");

}  // namespace collapse::store
