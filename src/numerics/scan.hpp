#pragma once

#include <limits>

namespace collapse::numerics {

// What a scan for the minimum of a function means by flat, near and large.
inline constexpr double flat = 1e-13;            ///< relative variation of a function that is constant but for rounding
inline constexpr double difference_step = 2e-3;  ///< of the interval: balances h^6 against eps / h
inline constexpr double large = std::numeric_limits<double>::max();

}  // namespace collapse::numerics
