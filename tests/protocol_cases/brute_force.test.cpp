#include <catch2/catch.hpp>

#include <cmath>
#include <map>

#include "protocol_cases/oracles.hpp"
#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using problem::Cell;

// The samplers of mix, partial, accumulate and weighted (compressed designs, chains in the coordinates of one factorisation, stacked
// blocks) against the protocols taken literally, in small dimension. Both sides draw independently. Sizes keep |T - d| so large that
// fourth moments exist.

namespace {

constexpr std::int64_t count = 2500;
constexpr double d = 12;

struct Entry {
    std::string protocol;
    problem::Choices choices;
    Cell cell;
};

std::string name_of(const Entry& entry)
{
    std::string options;
    for (const auto& [key, value] : entry.choices) options += fmt::format(" {}={}", key, value.text());
    return fmt::format("{}{} T {} lambda {} n {} w {} p {} k {}", entry.protocol, options, entry.cell.T, entry.cell.lambda,
                       entry.cell.n, entry.cell.w, entry.cell.p, entry.cell.k);
}

/// Every protocol x rows over/under d x minimum norm/ridge x every option.
std::vector<Entry> entries()
{
    std::vector<Entry> result;
    for (const double T : {30.0, 6.0})
        for (const double lambda : {0.0, 0.1}) {
            const Cell base{
                .alpha = 0.5, .beta = T == 30 ? 0.8 : 0.0, .T = T, .lambda = lambda, .n = 3, .d = d, .sigma = 0.4, .sigma0 = 0.7};
            const auto add = [&](const std::string& protocol, problem::Choices choices, double Cell::*member = nullptr,
                                 double value = 0) {
                Entry entry{protocol, test::with_defaults(protocol::protocol_called(protocol), std::move(choices)), base};
                if (member) entry.cell.*member = value;
                if (protocol == "weighted") entry.cell.k = 0.6;
                result.push_back(entry);
            };
            add("mix", {}, &Cell::w, 0.4);
            add("mix", {{"weighting", "adaptive"}});
            add("mix", {{"design", "fixed"}}, &Cell::w, 0.4);
            add("mix", {{"design", "fixed"}, {"real_labels", "fixed"}}, &Cell::w, 0.3);
            add("mix", {{"design", "fixed"}, {"real_labels", "fixed"}, {"weighting", "adaptive"}});
            // Enough real rows that two of four generations' fourth moments survive the copies of copies.
            add("partial", {}, &Cell::p, 0.6);
            add("accumulate", {{"design", "fixed"}});
            add("weighted", {}, &Cell::w, 0.6);
            add("accumulate", {{"subsample", "yes"}});
            add("accumulate", {{"subsample", "yes"}, {"design", "fixed"}});
            // Twice the same row leaves at least 15 different ones of 30: more than d + 1.
            if (lambda == 0 && T == 30) result.back().cell.n = 1;
            if (lambda > 0 || T == 30) add("accumulate", {});
            if (lambda == 0) continue;
            add("mix", {{"design", "fixed"}, {"factorisation", "per_ridge"}}, &Cell::w, 0.4);
            add("accumulate", {{"factorisation", "per_ridge"}});
        }
    // Stacks that stay below d, and that cross it by more than a row or two.
    for (const auto& [T, lambda, n] : {std::tuple{3., 0., 1.}, {2., 0., 2.}, {3., 0.05, 4.}, {8., 0., 2.}, {2., 0.05, 7.}})
        result.push_back({"accumulate",
                          test::with_defaults(protocol::protocol_called("accumulate"), {}),
                          {.alpha = 1, .beta = 0.5, .T = T, .lambda = lambda, .n = n, .d = d, .sigma = 0.4, .sigma0 = 0.3}});
    for (const auto& [T, k, w] : {std::tuple{3., 1., 0.5}, {4., 0.25, 0.5}, {36., 3., 0.2}, {30., 1., 1.}, {30., 1., 0.}})
        result.push_back({"weighted",
                          test::with_defaults(protocol::protocol_called("weighted"), {}),
                          {.alpha = 1,
                           .beta = 0.5,
                           .T = T,
                           .lambda = T == 4 ? 0.05 : 0,
                           .n = 2,
                           .d = d,
                           .sigma = 0.4,
                           .sigma0 = 0.3,
                           .w = w,
                           .k = k}});
    for (const double p : {0.0, 1.0})
        result.push_back(
            {"partial", {}, {.alpha = 1, .beta = 0.5, .T = 30, .lambda = 0, .n = 2, .d = d, .sigma = 0.4, .sigma0 = 0.3, .p = p}});
    return result;
}

std::vector<double> logarithms(std::vector<double> values)
{
    for (double& value : values) value = std::log(value);
    return values;
}

struct Samples {
    std::string name;
    test::ErrorSamples program, oracle;
};

const std::vector<Samples>& samples()
{
    static const std::vector<Samples> once = [] {
        std::vector<Samples> result;
        test::brute_force::Generator generator(161);
        for (const Entry& entry : entries()) {
            problem::ModelSettings model;
            model.choices = entry.choices;
            Samples both{
                name_of(entry), test::simulated(protocol::protocol_called(entry.protocol), entry.cell, model, count, 162), {}};
            const auto s = test::brute_force::eigenvalues(entry.cell), teacher = test::brute_force::teacher(entry.cell);
            for (std::int64_t i = 0; i < count; ++i)
                both.oracle.add(test::brute_force::replicate(entry.protocol, generator, s, teacher, entry.cell, entry.choices));
            result.push_back(std::move(both));
        }
        return result;
    }();
    return once;
}

/// Means of logarithms and spreads of logarithms: errors are skewed, and of heavy tails near the threshold.
struct Comparison {
    test::Scores mean, spread;
};

Comparison compared(std::vector<double> test::ErrorSamples::*quantity, double factor, double power)
{
    Comparison result;
    for (const Samples& entry : samples()) {
        auto program = entry.program.*quantity, oracle = entry.oracle.*quantity;
        if (test::summarise(program).mean < 1e-20 && test::summarise(oracle).mean < 1e-20) continue;  // zero but for rounding
        for (double& value : oracle) value = factor * std::pow(value, power);
        const test::Sample a = test::summarise(logarithms(program)), b = test::summarise(logarithms(oracle));
        result.mean.add(test::welch_z(a, b), entry.name);
        result.spread.add(test::spread_z(a, b), entry.name);
    }
    return result;
}

constexpr std::vector<double> test::ErrorSamples::*quantities[] = {&test::ErrorSamples::test_error, &test::ErrorSamples::bias,
                                                                   &test::ErrorSamples::variance};
constexpr double rate = test::false_alarm / 6;  // three quantities, two questions

}  // namespace

TEST_CASE("mix, partial, accumulate and weighted sample what their definitions say: means and spreads", "[protocol]")
{
    for (const auto quantity : quantities) {
        const Comparison scores = compared(quantity, 1, 1);
        INFO(scores.mean.report());
        CHECK_FALSE(scores.mean.rejected(rate));
        INFO(scores.spread.report());
        CHECK_FALSE(scores.spread.rejected(rate));
    }
}

TEST_CASE("the comparison with definitions rejects errors that are 3 % larger or fluctuate 3 % more", "[protocol]")
{
    for (const auto quantity : quantities) CHECK(compared(quantity, 1.03, 1).mean.rejected(rate));
    CHECK(compared(quantities[0], 1, 1.03).spread.rejected(rate));
    CHECK(compared(quantities[2], 1, 1.03).spread.rejected(rate));
}
