#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <vector>

#include "collapse/simulate/moments.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using problem::Errors;
using simulate::Moments;

namespace {

std::vector<Errors> random_errors(std::size_t count)
{
    std::mt19937_64 generator(81);
    std::lognormal_distribution<double> positive(0, 2);
    std::vector<Errors> errors(count);
    for (Errors& entry : errors) entry = {positive(generator), positive(generator), positive(generator)};
    return errors;
}

Moments sum_of(std::span<const Errors> errors)
{
    Moments moments;
    for (const Errors& entry : errors) moments.add(entry);
    return moments;
}

test::Sample sample(std::span<const Errors> errors, double Errors::*member)
{
    std::vector<double> values;
    for (const Errors& entry : errors) values.push_back(entry.*member);
    return test::summarise(values);
}

}  // namespace

TEST_CASE("means and standard error agree with the two-pass formulae", "[simulate]")
{
    for (const std::size_t count : {2u, 3u, 1000u}) {
        const auto errors = random_errors(count);
        const Moments moments = sum_of(errors);
        const auto number = static_cast<std::int64_t>(count);
        CHECK(moments.mean(number).test_error == Approx(sample(errors, &Errors::test_error).mean).epsilon(test::rounding));
        CHECK(moments.mean(number).bias == Approx(sample(errors, &Errors::bias).mean).epsilon(test::rounding));
        CHECK(moments.mean(number).variance == Approx(sample(errors, &Errors::variance).mean).epsilon(test::rounding));
        CHECK(moments.standard_error(number) ==
              Approx(sample(errors, &Errors::test_error).standard_error()).epsilon(test::rounding));
    }
}

TEST_CASE("the standard error survives a mean that is much larger than the spread", "[simulate]")
{
    // A sum of squares in double precision would lose all digits here.
    Moments moments;
    for (const double offset : {-1.0, 0.0, 1.0}) moments.add({1e9 + offset, 0, 0});
    CHECK(moments.standard_error(3) == Approx(std::sqrt(1.0 / 3)).epsilon(test::rounding));
}

TEST_CASE("equal numbers have a standard error of exactly zero", "[simulate]")
{
    Moments moments;
    for (int i = 0; i < 7; ++i) moments.add({0.1, 0.1, 0});
    CHECK(moments.standard_error(7) == 0);
    CHECK(moments.mean(7).test_error == 0.1);
}

TEST_CASE("no replicate has no mean, and a single one no standard error", "[simulate]")
{
    CHECK(std::isnan(Moments{}.mean(0).test_error));
    CHECK(std::isnan(Moments{}.standard_error(0)));
    Moments one;
    one.add({0.3, 0.2, 0.1});
    CHECK(one.mean(1).test_error == 0.3);
    CHECK(std::isnan(one.standard_error(1)));
}

TEST_CASE("moments of any partition add up to the same bits, also through what is stored", "[simulate]")
{
    const auto errors = random_errors(200);
    const Moments whole = sum_of(errors);
    std::mt19937_64 generator(82);
    for (int trial = 0; trial < 20; ++trial) {
        std::vector<Moments> parts;
        for (std::size_t first = 0; first < errors.size();) {
            const std::size_t length =
                std::min(errors.size() - first, std::uniform_int_distribution<std::size_t>(1, 40)(generator));
            parts.push_back(sum_of(std::span(errors).subspan(first, length)));
            first += length;
        }
        std::ranges::shuffle(parts, generator);
        Moments total;
        for (const Moments& part : parts) total.add(Moments(part.stored()));
        CHECK(total.stored() == whole.stored());
    }
}
