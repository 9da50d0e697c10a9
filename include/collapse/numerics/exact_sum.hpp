#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include <boost/multiprecision/cpp_bin_float.hpp>

namespace collapse::numerics {

/// A number of 212 bits. Sums of doubles, and of squares of doubles, are exact in it as long as the terms of one sum spread over
/// less than about 40 binary orders of magnitude; hence associative and commutative: blocks of replicates may be added in any
/// order and grouping, on any rank, in any file, and give the same bits.
using Wide = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<212, boost::multiprecision::digit_base_2>,
                                           boost::multiprecision::et_off>;

/// The same sums of doubles as a cascade of doubles: what one of them loses to rounding goes into the next [Knuth, TwoSum]. Adding to it
/// costs a tenth of what adding to a Wide costs.
class Cascade {
  public:
    void add(double term)
    {
        for (double& part : parts_) {
            const double sum = part + term, kept = sum - part;
            term = (part - (sum - kept)) + (term - kept);
            part = sum;
            if (term == 0) return;
        }
    }
    /// The square of a value of 1e-140 to 1e150, whose rounding error is a double, too.
    void add_square(double value)
    {
        const double square = value * value;
        add(square);
        add(std::fma(value, value, -square));
    }

    Wide value() const
    {
        Wide sum = 0;
        for (const double part : parts_) sum += part;
        return sum;
    }

  private:
    std::array<double, 6> parts_{};
};

/// Four doubles, each the rounded remainder of those before: the canonical way to store a Wide.
constexpr std::size_t wide_parts = 4;

inline std::array<double, wide_parts> to_parts(Wide value)
{
    std::array<double, wide_parts> parts{};
    for (double& part : parts) {
        part = static_cast<double>(value);
        value -= part;
    }
    return parts;
}

inline Wide from_parts(std::span<const double, wide_parts> parts)
{
    Wide value = 0;
    for (std::size_t i = wide_parts; i-- > 0;) value += parts[i];
    return value;
}

}  // namespace collapse::numerics
