#include "collapse/protocol/label_noise.hpp"

#include <algorithm>
#include <vector>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::protocol {

std::span<const char* const> label_noises()
{
    static constexpr const char* names[] = {"drawn", "averaged"};
    return names;
}

LabelNoise label_noise_called(const std::string& key, const std::string& name)
{
    const std::vector<std::string> names(label_noises().begin(), label_noises().end());
    const auto found = std::ranges::find(names, name);
    const std::string guess = support::nearest(name, names);
    support::validate(found != names.end(), "{} = {} is not known{}; choose {}", key, name,
                      guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(names, "or"));
    return static_cast<LabelNoise>(found - names.begin());
}

}  // namespace collapse::protocol
