#include "collapse/problem/components.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace collapse::problem {

Components components_of(const Errors& all, const Errors& clean)
{
    return {clean.bias, clean.variance, all.bias - clean.bias, all.variance - clean.variance};
}

Regime regime_of(const Components& components)
{
    const std::array parts{components.clean_bias, components.clean_variance, components.collapse_bias,
                           components.collapse_variance};
    const auto infinite = std::ranges::find(parts, std::numeric_limits<double>::infinity());
    const bool unknown = std::ranges::any_of(parts, [](double part) { return std::isnan(part); });
    if (unknown && infinite == parts.end()) return Regime::none;
    const auto largest = infinite == parts.end() ? std::ranges::max_element(parts) : infinite;
    return *largest > 0 ? static_cast<Regime>(1 + (largest - parts.begin())) : Regime::none;
}

}  // namespace collapse::problem
