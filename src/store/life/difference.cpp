#include "difference.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace collapse::store {

const std::string* value_of(const Pairs& pairs, const std::string& key)
{
    const auto found = std::ranges::find(pairs, key, &Pairs::value_type::first);
    return found == pairs.end() ? nullptr : &found->second;
}

namespace {

/// A long list is shown from a little before the place where it differs.
std::string excerpt(const std::string* value, const std::string* other)
{
    constexpr std::size_t longest = 60, before = 15;
    if (value == nullptr) return "not set";
    if (value->size() <= longest) return *value;
    std::size_t start = 0;
    if (other != nullptr) {
        const auto place = std::ranges::mismatch(*value, *other).in1 - value->begin();
        start = static_cast<std::size_t>(place) > before ? static_cast<std::size_t>(place) - before : 0;
    }
    return fmt::format("{}{}{}", start > 0 ? "..." : "", value->substr(start, longest),
                       start + longest < value->size() ? "..." : "");
}

}  // namespace

std::optional<std::string> first_difference(const Pairs& theirs, const Pairs& ours, const std::string& there,
                                            const std::string& here)
{
    Pairs all = ours;
    all.insert(all.end(), theirs.begin(), theirs.end());
    for (const auto& [key, ignored] : all) {
        const std::string *their_value = value_of(theirs, key), *our_value = value_of(ours, key);
        if (their_value && our_value && *their_value == *our_value) continue;
        return fmt::format("{} is {} {} and {} {}", key, excerpt(their_value, our_value), there, excerpt(our_value, their_value),
                           here);
    }
    return std::nullopt;
}

}  // namespace collapse::store
