#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::numerics {

/// exp(factor x) in place of every x, for factor x <= 700: within two units in the last place, and 0 below exp(-708). A number's bits
/// depend neither on its neighbours nor on how many of them the processor takes at once.
void exponentiate(Eigen::Ref<Vector> values, double factor);

}  // namespace collapse::numerics
