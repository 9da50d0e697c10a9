#pragma once

#include <span>
#include <string>
#include <vector>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::problem {

/// The entry called `name` of a table of models. Throws InvalidInput that names `key`, the value, and the nearest known one.
template <class Entry>
const Entry& find_entry(std::span<const Entry* const> table, const std::string& key, const std::string& name)
{
    std::vector<std::string> names;
    for (const Entry* entry : table) {
        names.push_back(entry->describe().name);
        if (names.back() == name) return *entry;
    }
    const std::string guess = support::nearest(name, names);
    throw support::InvalidInput(fmt::format("model.{} = {} is not known{}; choose {}", key, name.empty() ? "(nothing)" : name,
                                            guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess),
                                            support::enumerate(names, "or")));
}

}  // namespace collapse::problem
