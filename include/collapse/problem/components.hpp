#pragma once

#include "collapse/problem/errors.hpp"

namespace collapse::problem {

/// The test error in four parts (THEORY section 4): clean bias and clean variance are those of n = 0, collapse bias and collapse
/// variance what the n generations add to each; negative where they help. They sum to bias + variance.
struct Components {
    double clean_bias, clean_variance, collapse_bias, collapse_variance;
};

/// `clean`: the errors of the same cell at n = 0. What is unknown is NaN; so is the difference of two infinite errors.
Components components_of(const Errors& all, const Errors& clean);

/// Which component is the largest. Stored as `theory_regime` and `sim_regime` in the result file: append, never renumber.
enum class Regime : unsigned char { none = 0, clean_bias, clean_variance, collapse_bias, collapse_variance };
inline constexpr const char* regime_names[] = {"none", "clean_bias", "clean_variance", "collapse_bias", "collapse_variance"};

/// None where a component is unknown (unless one is infinite, which dominates all others) or no error is left.
Regime regime_of(const Components& components);

}  // namespace collapse::problem
