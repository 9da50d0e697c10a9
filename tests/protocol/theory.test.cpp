#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include "support/cases.hpp"
#include "support/parameter_sets.hpp"
#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;

// Every protocol against its own theory, at the parameter sets of support/parameter_sets.hpp. `simulate` and `predict` of a
// protocol never look at each other, so this is a comparison of two derivations.

namespace {

struct Confrontation {
    std::string name;
    double allowance;  ///< relative
    protocol::Prediction predicted;
    test::Sample test_error, bias, variance;
};

std::vector<Confrontation> confront(const protocol::Protocol& protocol, std::int64_t replicates, bool exact_only)
{
    std::vector<Confrontation> result;
    for (const test::ParameterSet& set : test::parameter_sets_of(protocol.describe().name)) {
        problem::ModelSettings model = set.model;
        model.choices = test::with_defaults(protocol, model.choices);
        const protocol::Prediction predicted = test::predict(protocol, set.cell, model.choices, model);
        if (exact_only && !std::isfinite(predicted.exact)) continue;
        const test::ErrorSamples samples = test::simulated(protocol, set.cell, model, replicates, 71);
        result.push_back({set.name, set.finite_size / set.cell.d, predicted, test::summarise(samples.test_error),
                          test::summarise(samples.bias), test::summarise(samples.variance)});
    }
    return result;
}

// A replicate fluctuates by some 5 to 30 %: 1200 of them show an error of 3 % in several of the sets.
constexpr std::int64_t few = 1200;
// The finite-size formulae have no such excuse.
constexpr std::int64_t many = 1000;

/// Everything is simulated once.
const std::map<std::string, std::vector<Confrontation>>& confrontations(std::int64_t replicates)
{
    static std::map<std::int64_t, std::map<std::string, std::vector<Confrontation>>> all;
    auto& found = all[replicates];
    if (found.empty())
        for (const protocol::Protocol* protocol : protocol::protocols())
            found[protocol->describe().name] = confront(*protocol, replicates, replicates == many);
    return found;
}

/// The score of a prediction times `factor`, which is good to a relative `allowance`. What is predicted to be exactly zero or one (no
/// noise, no bias) may be met exactly.
void add(test::Scores& scores, const test::Sample& sample, double predicted, double factor, const std::string& name,
         double allowance = 0)
{
    const double width = allowance * std::abs(predicted);
    const double expected = std::clamp(sample.mean, factor * predicted - width, factor * predicted + width);
    if (!std::isfinite(predicted)) return;
    if (factor == 1 && std::abs(sample.mean - predicted) <= test::rounding) return;
    if (sample.variance == 0 && sample.mean == expected) return;
    scores.add(sample.mean == expected ? 0 : test::z_against(sample, expected), name);
}

/// Each quantity by itself: the three of one set are not independent.
struct Scores {
    test::Scores test_error, bias, variance;
    Scores(const std::vector<Confrontation>& confrontations, double factor)
    {
        for (const Confrontation& entry : confrontations) {
            add(test_error, entry.test_error, entry.predicted.asymptotic.test_error, factor, entry.name, entry.allowance);
            add(bias, entry.bias, entry.predicted.asymptotic.bias, factor, entry.name, entry.allowance);
            add(variance, entry.variance, entry.predicted.asymptotic.variance, factor, entry.name, entry.allowance);
        }
    }
};

}  // namespace

TEST_CASE("every protocol has parameter sets to be tested at", "[protocol]")
{
    for (const protocol::Protocol* protocol : protocol::protocols()) {
        INFO("add parameter sets of " << protocol->describe().name << " to tests/support/parameter_sets.hpp");
        CHECK_FALSE(test::parameter_sets_of(protocol->describe().name).empty());
    }
}

TEST_CASE("every protocol meets its asymptotic theory within the standard error", "[protocol]")
{
    for (const auto& [protocol, entries] : confrontations(few)) {
        const Scores scores(entries, 1);
        for (const auto* quantity : {&scores.test_error, &scores.bias, &scores.variance}) {
            INFO(protocol << ": " << quantity->report());
            CHECK_FALSE(quantity->any_beyond(test::false_alarm / 3));
        }
    }
}

TEST_CASE("the test of asymptotic theory rejects predictions that are 3 % wrong, either way", "[protocol]")
{
    for (const auto& [protocol, entries] : confrontations(few)) {
        if (Scores(entries, 1).test_error.size() == 0) continue;  // nothing predicted
        for (const double factor : {0.97, 1.03}) {
            const Scores scores(entries, factor);
            INFO(protocol << " times " << factor << ": " << scores.test_error.report());
            CHECK(scores.test_error.any_beyond(test::false_alarm / 3));
        }
    }
}

TEST_CASE("every protocol meets its exact finite-size theory", "[protocol]")
{
    for (const auto& [protocol, entries] : confrontations(many)) {
        test::Scores scores;
        for (const Confrontation& entry : entries) add(scores, entry.test_error, entry.predicted.exact, 1, entry.name);
        if (scores.size() == 0) continue;  // no formula
        INFO(protocol << ": " << scores.report());
        CHECK_FALSE(scores.rejected(test::false_alarm));
    }
}

TEST_CASE("the test of exact theory rejects predictions that are 3 % wrong, either way", "[protocol]")
{
    for (const auto& [protocol, entries] : confrontations(many)) {
        for (const double factor : {0.97, 1.03}) {
            test::Scores scores;
            for (const Confrontation& entry : entries) add(scores, entry.test_error, entry.predicted.exact, factor, entry.name);
            if (scores.size() == 0) continue;
            INFO(protocol << " times " << factor << ": " << scores.report());
            CHECK(scores.rejected(test::false_alarm));
        }
    }
}
