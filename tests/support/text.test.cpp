#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>

#include "collapse/support/text.hpp"

using namespace collapse::support;

TEST_CASE("the nearest word is the one with the fewest edits, whatever its case, or none", "[support]")
{
    const std::vector<std::string> words{"lambda", "lambda0", "sigma"};
    CHECK(nearest("lamda", words) == "lambda");
    CHECK(nearest("Sigma", words) == "sigma");
    CHECK(nearest("lambda00", words) == "lambda0");
    CHECK(nearest("T", words).empty());
}

TEST_CASE("words are enumerated as in a sentence", "[support]")
{
    CHECK(enumerate(std::vector<std::string>{}).empty());
    CHECK(enumerate(std::vector<std::string>{"a"}) == "a");
    CHECK(enumerate(std::vector<std::string>{"a", "b"}, "or") == "a or b");
    CHECK(enumerate(std::vector<std::string>{"a", "b", "c"}) == "a, b and c");
}

TEST_CASE("a list is split at separators outside parentheses", "[support]")
{
    CHECK(split("1, f(2, 3) ,,4", ',') == std::vector<std::string>{"1", "f(2, 3)", "", "4"});
    CHECK(split("", ',') == std::vector<std::string>{""});
}

TEST_CASE("exact text reads back as the same double and is no longer than needed", "[support]")
{
    CHECK(exact(0.1) == "0.1");
    CHECK(exact(INFINITY) == "inf");
    std::mt19937_64 generator(1);
    for (int trial = 0; trial < 1000; ++trial) {
        const double value = std::bit_cast<double>(generator());
        if (std::isfinite(value)) CHECK(std::strtod(exact(value).c_str(), nullptr) == value);
    }
}

TEST_CASE("sizes and durations are written for people", "[support]")
{
    CHECK(bytes(1023) == "1023 bytes");
    CHECK(bytes(1536) == "1.5 KiB");
    CHECK(bytes(3.0 * 1024 * 1024 * 1024) == "3.0 GiB");
    CHECK(duration(5025) == "1:23:45");
    CHECK(duration(93784) == "1-02:03:04");
    CHECK(duration(std::nan("")) == "unknown");
}
