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
    const double generator = std::isnan(errors.generator_error) ? 0 : errors.generator_error;
    if (errors.test_error > 1e-140 && errors.test_error + generator < 1e150) {  // neither it nor its square is lost
        cascades_[0].add(errors.test_error);
        cascades_[1].add_square(errors.test_error);
        cascades_[2].add(errors.bias);
        cascades_[3].add(errors.variance);
        cascades_[4].add(generator);
        return;
    }
    const Wide test_error = errors.test_error;
    sums_[0] += test_error;
    sums_[1] += test_error * test_error;
    sums_[2] += errors.bias;
    sums_[3] += errors.variance;
    sums_[4] += generator;
}

void Moments::add(const Moments& other)
{
    for (std::size_t i = 0; i < sums; ++i) sums_[i] += other.sum(i);
}

Moments::Stored Moments::stored() const
{
    Stored result{};
    for (std::size_t i = 0; i < sums; ++i) {
        const auto parts = numerics::to_parts(sum(i));
        std::copy(parts.begin(), parts.end(), result.begin() + static_cast<std::ptrdiff_t>(i * numerics::wide_parts));
    }
    return result;
}

Errors Moments::mean(std::int64_t count) const
{
    if (count < 1) return {};
    const Wide number = count;
    return {static_cast<double>(Wide(sum(0) / number)), static_cast<double>(Wide(sum(2) / number)),
            static_cast<double>(Wide(sum(3) / number)), sum(4) == 0 ? nan : static_cast<double>(Wide(sum(4) / number))};
}

double Moments::standard_error(std::int64_t count) const
{
    if (count < 2) return nan;
    const Wide number = count;
    const Wide squares = sum(1) - sum(0) * sum(0) / number;  // no cancellation to fear at 212 bits
    if (squares <= 0) return 0;
    return static_cast<double>(Wide(sqrt(Wide(squares / (number * (number - 1))))));
}

}  // namespace collapse::simulate
