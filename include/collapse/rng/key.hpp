#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace collapse::rng {

/// Of the way numbers are drawn: from a key to values, and from parameters to a key. To be raised with every change that gives other
/// numbers, so that results of two ways are never pooled as if they were of one.
inline constexpr std::uint64_t sampler_version = 5;

/// A 128-bit key that names a family of random streams by what they belong to: the seed and the values of parameters.
/// Equal values in equal order give equal keys on every machine; -0 counts as 0.
class Key {
  public:
    explicit Key(std::uint64_t seed);

    Key& absorb(std::uint64_t word);
    Key& absorb(double value);
    Key& absorb(std::string_view text);

    const std::array<std::uint64_t, 2>& words() const { return state_; }
    friend bool operator==(const Key&, const Key&) = default;

  private:
    std::array<std::uint64_t, 2> state_{};
    std::uint64_t absorbed_ = 0;
};

}  // namespace collapse::rng
