#include <algorithm>
#include <array>
#include <utility>

#include "collapse/problem/description.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> bibliography{{
    {"DFK", "Dohmatob, Feng, Kempe, \"Model Collapse Demystified: The Case of Regression\", NeurIPS 2024, arXiv:2402.07712"},
    {"GBS", "Garg, Bhattacharya, Sur, \"Preventing Model Collapse Under Overparametrization\", arXiv:2509.22341"},
    {"GSD", "Gerstgrasser, Schaeffer, Dey et al., \"Is Model Collapse Inevitable?\", arXiv:2404.01413"},
    {"HXC", "He, Xu, Cheng, \"Golden Ratio Weighting Prevents Model Collapse\", arXiv:2502.18049"},
    {"KSD", "Kazdan, Schaeffer, Dey et al., \"Collapse or Thrive?\", arXiv:2410.16713"},
    {"CLKZ",
     "Cui, Loureiro, Krzakala, Zdeborova, \"Generalization error rates in kernel regression: the crossover from the noiseless "
     "to noisy regime\", NeurIPS 2021"},
    {"DFSK", "Dohmatob, Feng, Subramonian, Kempe, \"Strong Model Collapse\", arXiv:2410.04840"},
    {"JMS", "Jain, Montanari, Sasoglu, \"Scaling laws for learning with real and surrogate data\", arXiv:2402.04376"},
    {"MH", "Moniri, Hassani, \"On the Mechanisms of Weak-to-Strong Generalization: A Theoretical Perspective\", arXiv:2505.18346"},
    {"PDO", "Pareek, Du, Oh, \"Understanding the Gains from Repeated Self-Distillation\", arXiv:2407.04600"},
    {"DPR",
     "Dang, Patil, Rinaldo, \"Optimal Unconstrained Self-Distillation in Ridge Regression: Strict Improvements, Precise "
     "Asymptotics, "
     "and One-Shot Tuning\", ICML 2026, arXiv:2602.17565"},
    {"WYS", "Wu, Yang, Sun, \"Why Self-Training Helps and Hurts: Denoising vs. Signal Forgetting\", arXiv:2602.14029"},
}};

}  // namespace

std::string_view reference(std::string_view key)
{
    const auto found = std::ranges::find(bibliography, key, &std::pair<std::string_view, std::string_view>::first);
    support::ensure(found != bibliography.end(), "every citation key is in the bibliography");
    return found->second;
}

}  // namespace collapse::problem
