#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "collapse/numerics/exact_sum.hpp"

using namespace collapse::numerics;

namespace {

/// Positive numbers over 36 binary orders of magnitude, within the 40 that Wide promises.
std::vector<double> test_errors(std::mt19937_64& generator, std::size_t count)
{
    std::uniform_real_distribution<double> exponent(-18, 18);
    std::vector<double> values(count);
    for (double& value : values) value = std::exp2(exponent(generator));
    return values;
}

/// The squares of values[first, last), summed in random groups of random groups.
Wide grouped(std::mt19937_64& generator, const std::vector<double>& values, std::size_t first, std::size_t last)
{
    if (last - first == 1) return Wide(values[first]) * Wide(values[first]);
    const std::size_t middle = std::uniform_int_distribution<std::size_t>(first + 1, last - 1)(generator);
    const Wide left = grouped(generator, values, first, middle);
    return left + grouped(generator, values, middle, last);
}

}  // namespace

TEST_CASE("a sum of squares has the same parts in every order and grouping", "[numerics]")
{
    std::mt19937_64 generator(31);
    for (int trial = 0; trial < 20; ++trial) {
        auto values = test_errors(generator, 300);
        Wide one_by_one = 0;
        for (const double value : values) one_by_one += Wide(value) * Wide(value);
        for (int shuffle = 0; shuffle < 5; ++shuffle) {
            std::ranges::shuffle(values, generator);
            CHECK(to_parts(grouped(generator, values, 0, values.size())) == to_parts(one_by_one));
        }
    }
}

TEST_CASE("partial sums that go through their stored parts give the same sum", "[numerics]")
{
    std::mt19937_64 generator(32);
    const auto values = test_errors(generator, 400);
    Wide whole = 0, pieces = 0;
    for (const double value : values) whole += Wide(value) * Wide(value);
    for (std::size_t first = 0; first < values.size(); first += 100) {
        Wide piece = 0;
        for (std::size_t i = first; i < first + 100; ++i) piece += Wide(values[i]) * Wide(values[i]);
        pieces += from_parts(to_parts(piece));
    }
    CHECK(to_parts(pieces) == to_parts(whole));
}

TEST_CASE("parts read back as the same number, whatever its sign and size", "[numerics]")
{
    std::mt19937_64 generator(33);
    std::uniform_real_distribution<double> mantissa(-1, 1);
    for (const double scale : {0.0, 1e-200, 1e-8, 1.0, 1e9, 1e200})
        for (int trial = 0; trial < 50; ++trial) {
            Wide value = 0;
            for (int bits = 0; bits < 200; bits += 50) value += Wide(scale * mantissa(generator)) * Wide(std::exp2(-bits));
            CHECK(from_parts(to_parts(value)) == value);
        }
}

TEST_CASE("the first part is the sum rounded to double, exactly where doubles fail", "[numerics]")
{
    Wide sum = 0;
    for (const double value : {1e16, 1.0, -1e16, 1e-16}) sum += value;
    CHECK(to_parts(sum)[0] == 1.0);
    CHECK(to_parts(sum)[1] == 1e-16);
}

TEST_CASE("a cascade gives the same sums of numbers and squares, in every order", "[numerics]")
{
    std::mt19937_64 generator(33);
    for (int trial = 0; trial < 20; ++trial) {
        auto values = test_errors(generator, 3000);
        Wide numbers = 0, squares = 0;
        for (const double value : values) {
            numbers += value;
            squares += Wide(value) * Wide(value);
        }
        std::ranges::shuffle(values, generator);
        Cascade sum, sum_of_squares;
        for (const double value : values) {
            sum.add(value);
            sum_of_squares.add_square(value);
        }
        CHECK(sum.value() == numbers);
        CHECK(sum_of_squares.value() == squares);
    }
}
