#include "collapse/simulate/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace collapse::simulate {

using numerics::Wide;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Moments::Moments(std::span<const double, stored_size> stored)
{
    for (std::size_t i = 0; i < sums; ++i)
        sums_[i] = numerics::from_parts(
            std::span<const double, numerics::wide_parts>(stored.data() + i * numerics::wide_parts, numerics::wide_parts));
}

void Moments::add(const Errors& errors)
{
    const Wide test_error = errors.test_error;
    sums_[0] += test_error;
    sums_[1] += test_error * test_error;
    sums_[2] += errors.bias;
    sums_[3] += errors.variance;
    if (!std::isnan(errors.generator_error)) sums_[4] += errors.generator_error;
}

void Moments::add(const Moments& other)
{
    for (std::size_t i = 0; i < sums; ++i) sums_[i] += other.sums_[i];
}

Moments::Stored Moments::stored() const
{
    Stored result{};
    for (std::size_t i = 0; i < sums; ++i) {
        const auto parts = numerics::to_parts(sums_[i]);
        std::copy(parts.begin(), parts.end(), result.begin() + static_cast<std::ptrdiff_t>(i * numerics::wide_parts));
    }
    return result;
}

Errors Moments::mean(std::int64_t count) const
{
    if (count < 1) return {};
    const Wide number = count;
    return {static_cast<double>(Wide(sums_[0] / number)), static_cast<double>(Wide(sums_[2] / number)),
            static_cast<double>(Wide(sums_[3] / number)), sums_[4] == 0 ? nan : static_cast<double>(Wide(sums_[4] / number))};
}

double Moments::standard_error(std::int64_t count) const
{
    if (count < 2) return nan;
    const Wide number = count;
    const Wide squares = sums_[1] - sums_[0] * sums_[0] / number;  // no cancellation to fear at 212 bits
    if (squares <= 0) return 0;
    return static_cast<double>(Wide(sqrt(Wide(squares / (number * (number - 1))))));
}

}  // namespace collapse::simulate
