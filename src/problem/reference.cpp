#include <algorithm>
#include <array>
#include <utility>

#include "collapse/problem/description.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> bibliography{{
    {"DFK", "Dohmatob, Feng, Kempe, \"Model Collapse Demystified: The Case of Regression\", NeurIPS 2024, arXiv:2402.07712"},
    {"GBS", "Garg, Bhattacharya, Sur, \"Preventing Model Collapse Under Overparametrization\", arXiv:2509.22341"},
    {"GSD", "Gerstgrasser, Schaeffer, Dey et al., \"Is Model Collapse Inevitable?\", arXiv:2404.01413"},
    {"HXC", "He, Xu, Cheng, \"Golden Ratio Weighting Prevents Model Collapse\", arXiv:2502.18049"},
    {"KSD", "Kazdan, Schaeffer, Dey et al., \"Collapse or Thrive?\", arXiv:2410.16713"},
    {"CLKZ",
     "Cui, Loureiro, Krzakala, Zdeborova, \"Generalization error rates in kernel regression: the crossover from the noiseless "
     "to noisy regime\", NeurIPS 2021"},
}};

}  // namespace

std::string_view reference(std::string_view key)
{
    const auto found = std::ranges::find(bibliography, key, &std::pair<std::string_view, std::string_view>::first);
    support::ensure(found != bibliography.end(), "every citation key is in the bibliography");
    return found->second;
}

}  // namespace collapse::problem
