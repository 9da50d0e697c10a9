#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "collapse/rng/key.hpp"

using collapse::rng::Key;

TEST_CASE("equal values in equal order give equal keys", "[rng]")
{
    CHECK(Key(1).absorb("beta").absorb(1.5).absorb(std::uint64_t{3}) == Key(1).absorb("beta").absorb(1.5).absorb(std::uint64_t{3}));
}

TEST_CASE("minus zero counts as zero", "[rng]") { CHECK(Key(1).absorb(-0.0) == Key(1).absorb(0.0)); }

TEST_CASE("the order of what a key absorbs matters", "[rng]")
{
    CHECK_FALSE(Key(1).absorb(1.0).absorb(2.0) == Key(1).absorb(2.0).absorb(1.0));
    CHECK_FALSE(Key(1).absorb("a").absorb("b") == Key(1).absorb("b").absorb("a"));
}

TEST_CASE("a key feels the smallest change of a value", "[rng]")
{
    const double value = 0.1;
    CHECK_FALSE(Key(1).absorb(value) == Key(1).absorb(std::nextafter(value, 1)));
    CHECK_FALSE(Key(1).absorb(value) == Key(1).absorb(-value));
    CHECK_FALSE(Key(1).absorb(std::numeric_limits<double>::infinity()) == Key(1).absorb(std::numeric_limits<double>::max()));
    CHECK_FALSE(Key(1) == Key(2));
}

TEST_CASE("how texts are cut into words matters", "[rng]")
{
    CHECK_FALSE(Key(1).absorb("ab").absorb("c") == Key(1).absorb("a").absorb("bc"));
    CHECK_FALSE(Key(1).absorb("") == Key(1));
    CHECK_FALSE(Key(0) == Key(0).absorb(std::uint64_t{0}));
}

TEST_CASE("nearby keys differ in about half of their bits", "[rng]")
{
    // 2000 keys, 128 bits each: the mean number of different bits is 64 +- sqrt(32 / 2000) = 0.13. Bound 5 standard deviations:
    // false-alarm rate 6e-7.
    double flipped = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const auto a = Key(seed).words(), b = Key(seed + 1).words();
        flipped += static_cast<double>(std::popcount(a[0] ^ b[0]) + std::popcount(a[1] ^ b[1]));
    }
    CHECK(flipped / 2000 == Approx(64).margin(5 * std::sqrt(32.0 / 2000)));
}
