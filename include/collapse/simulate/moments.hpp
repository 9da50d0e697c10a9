#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "collapse/numerics/exact_sum.hpp"
#include "collapse/problem/errors.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::simulate {

using problem::Errors;
using support::Reason;

/// What the replicates of one cell add up to. Adding is exact (see numerics::Wide), so any grouping gives the same bits.
class Moments {
  public:
    static constexpr std::size_t sums = 5;  ///< test_error, its square, bias, variance, generator_error
    static constexpr std::size_t stored_size = sums * numerics::wide_parts;
    using Stored = std::array<double, stored_size>;

    Moments() = default;
    /// Restores what `stored` gave. A failure or a count is kept beside it by the owner.
    explicit Moments(std::span<const double, stored_size> stored);

    void add(const Errors& errors);
    void add(const Moments& other);
    Stored stored() const;

    /// Means over `count` replicates; NaN for count = 0, and for a generator that no replicate has: errors of models that are fitted
    /// are positive, so that a sum of zero says so.
    Errors mean(std::int64_t count) const;
    /// Standard error of the mean test error; NaN for count < 2.
    double standard_error(std::int64_t count) const;

  private:
    numerics::Wide sum(std::size_t i) const { return sums_[i] + cascades_[i].value(); }

    std::array<numerics::Wide, sums> sums_{};         ///< of other moments, and of numbers that a cascade does not take,
    std::array<numerics::Cascade, sums> cascades_{};  ///< and of all others
};

}  // namespace collapse::simulate
