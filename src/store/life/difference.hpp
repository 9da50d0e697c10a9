#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace collapse::store {

using Pairs = std::vector<std::pair<std::string, std::string>>;  ///< keys of a config and their values

/// The value of the first pair of that key, or nullptr.
const std::string* value_of(const Pairs& pairs, const std::string& key);

/// The first key whose values in `theirs` and `ours` differ: a sentence part `grid.lambda is 0.1 there and 0.2 here`.
std::optional<std::string> first_difference(const Pairs& theirs, const Pairs& ours, const std::string& there = "there",
                                            const std::string& here = "here");

}  // namespace collapse::store
