#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <boost/multiprecision/cpp_bin_float.hpp>

namespace collapse::numerics {

/// A number of 212 bits. Sums of doubles, and of squares of doubles, are exact in it as long as the terms of one sum spread over
/// less than about 40 binary orders of magnitude; hence associative and commutative: blocks of replicates may be added in any
/// order and grouping, on any rank, in any file, and give the same bits.
using Wide = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<212, boost::multiprecision::digit_base_2>,
                                           boost::multiprecision::et_off>;

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
