#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/math/distributions/normal.hpp>

#include "support/tolerance.hpp"

/// The few statistics that the statistical tests need, written for the eye and not for speed.
namespace collapse::test {

struct Sample {
    double count = 0, mean = 0, variance = 0;
    double kurtosis = 0;  ///< fourth central moment over the squared variance
    double standard_error() const { return std::sqrt(variance / count); }
};

inline Sample summarise(std::span<const double> values)
{
    Sample sample{.count = static_cast<double>(values.size())};
    for (const double value : values) sample.mean += value / sample.count;
    double second = 0, fourth = 0;
    for (const double value : values) {
        const double square = (value - sample.mean) * (value - sample.mean);
        second += square;
        fourth += square * square;
    }
    sample.variance = second / (sample.count - 1);
    sample.kurtosis = sample.count * fourth / (second * second);
    return sample;
}

/// How many standard errors the mean of a sample lies above a known value.
inline double z_against(const Sample& sample, double expected) { return (sample.mean - expected) / sample.standard_error(); }

/// Welch's: the difference of two means in standard errors.
inline double welch_z(const Sample& a, const Sample& b)
{
    return (a.mean - b.mean) / std::hypot(a.standard_error(), b.standard_error());
}

/// The difference of two log variances in standard errors; var(log s^2) = (kurtosis - 1) / n for large n.
inline double spread_z(const Sample& a, const Sample& b)
{
    return std::log(a.variance / b.variance) / std::sqrt((a.kurtosis - 1) / a.count + (b.kurtosis - 1) / b.count);
}

/// Kolmogorov's probability of a larger distance between `values` and the distribution function `cdf`.
template <class Cdf>
double kolmogorov_p(std::vector<double> values, Cdf&& cdf)
{
    std::ranges::sort(values);
    const auto n = static_cast<double>(values.size());
    double distance = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = cdf(values[i]);
        distance = std::max({distance, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
    }
    const double x = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * distance;  // Stephens' correction for finite n
    double p = 0;
    for (int k = 1; k <= 100; ++k) p += (k % 2 ? 2 : -2) * std::exp(-2 * k * k * x * x);
    return x < 0.2 ? 1 : std::clamp(p, 0.0, 1.0);
}

/// |z| that the largest of so many standard normal numbers exceeds with probability `rate` (Bonferroni, two-sided).
inline double normal_bound(double rate, std::size_t comparisons)
{
    return quantile(complement(boost::math::normal{}, rate / 2 / static_cast<double>(comparisons)));
}

/// z-scores of independent comparisons, standard normal if the two sides agree. Two decisions are offered, each with its
/// false-alarm rate: one finds a single bad entry, the other a small deviation common to all.
class Scores {
  public:
    void add(double z, const std::string& name)
    {
        z_.push_back(z);
        text_ += fmt::format("\n  z = {:6.2f}  {}", z, name);
    }

    /// Whether one entry is beyond the bound of the largest of all; NaN counts as beyond.
    bool any_beyond(double rate) const
    {
        const double bound = normal_bound(rate, z_.size());
        return std::ranges::any_of(z_, [&](double z) { return !(std::abs(z) <= bound); });
    }

    /// Whether the sum of all entries is beyond its bound.
    bool sum_beyond(double rate) const { return !(std::abs(sum()) <= normal_bound(rate, 1)); }

    /// The two together, at half the rate each.
    bool rejected(double rate) const { return any_beyond(rate / 2) || sum_beyond(rate / 2); }

    std::string report() const { return fmt::format("sum/sqrt(n) = {:.2f} over n = {}{}", sum(), z_.size(), text_); }
    std::size_t size() const { return z_.size(); }

  private:
    double sum() const
    {
        double total = 0;
        for (const double z : z_) total += z;
        return total / std::sqrt(static_cast<double>(z_.size()));
    }

    std::vector<double> z_;
    std::string text_;
};

}  // namespace collapse::test
