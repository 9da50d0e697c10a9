#pragma once

#include <array>
#include <cstddef>

namespace collapse::numerics {

/// f' = (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12 h + O(h^4): where f is asked for, in steps h.
inline constexpr std::array difference_places{-2.0, -1.0, 1.0, 2.0};

/// Its factors of f there, for h = 1.
inline constexpr std::array difference_factors{1.0 / 12, -8.0 / 12, 8.0 / 12, -1.0 / 12};

/// In the logarithm of a variable: truncation and rounding errors of a rate are then both about 1e-11.
inline constexpr double difference_step = 0.005;

/// The derivative of what has the value at(k) at difference_places[k] steps.
template <class Function>
double derivative(double step, const Function& at)
{
    double sum = 0;
    for (std::size_t k = 0; k < difference_places.size(); ++k) sum += difference_factors[k] / step * at(k);
    return sum;
}

}  // namespace collapse::numerics
