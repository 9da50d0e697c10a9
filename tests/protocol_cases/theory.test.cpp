#include <catch2/catch.hpp>

#include <cmath>
#include <map>

#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using problem::Cell;

// Simulation against theory for every protocol whose n-th generation is evaluated x rows over/under d x minimum norm/ridge x options.
// The exact prediction is used where there is one; the asymptotic one is off by a relative 1/d or so.

namespace protocol_cases_theory_test {

namespace {

constexpr std::int64_t count = 400;

struct Entry {
    std::string protocol;
    problem::Choices choices;
    Cell cell;
};

std::vector<Entry> entries()
{
    std::vector<Entry> result;
    const auto add = [&](const std::string& protocol, problem::Choices choices, const Cell& cell) {
        result.push_back({protocol, test::with_defaults(protocol::protocol_called(protocol), std::move(choices)), cell});
    };
    for (const double T : {300.0, 70.0})
        for (const double lambda : {0.0, 0.15})
            for (const double beta : {0.0, 0.9}) {
                const Cell base{.alpha = 1, .beta = beta, .T = T, .lambda = lambda, .n = 3, .d = 140, .sigma = 0.5, .sigma0 = 0.8};
                const auto with = [&](double Cell::*member, double value) {
                    Cell cell = base;
                    cell.*member = value;
                    cell.k = member == &Cell::w ? 0.5 : Cell::unset;
                    return cell;
                };
                add("mix", {}, with(&Cell::w, 0.4));
                add("mix", {{"weighting", "adaptive"}}, base);
                add("mix", {{"design", "fixed"}}, with(&Cell::w, 0.4));
                add("mix", {{"design", "fixed"}, {"real_labels", "fixed"}}, with(&Cell::w, 0.3));
                add("mix", {{"design", "fixed"}, {"weighting", "adaptive"}}, base);
                add("partial", {}, with(&Cell::p, 0.5));
                add("accumulate", {{"design", "fixed"}}, base);
                if (lambda == 0 && T > 140) add("accumulate", {}, base);
                // 70 real and 140 synthetic rows are d and a half; 300 and 600 much more.
                add("weighted", {}, with(&Cell::w, 0.6));
            }
    // Weighted and partial fits whose rows together are fewer than d, or of one kind only.
    for (const double w : {0.0, 0.3, 1.0})
        for (const double lambda : {0.0, 0.05})
            add("weighted", {},
                {.alpha = 0,
                 .beta = 0.5,
                 .T = 60,
                 .lambda = lambda,
                 .n = 2,
                 .d = 140,
                 .sigma = 0.5,
                 .sigma0 = 0.3,
                 .w = w,
                 .k = 3});
    for (const double p : {0.0, 0.1, 1.0})
        add("partial", {},
            {.alpha = 0, .beta = 0.5, .T = 80, .lambda = 0.02, .n = 2, .d = 140, .sigma = 0.5, .sigma0 = 0.3, .p = p});
    return result;
}

struct Confrontation {
    std::string protocol, name;
    test::Sample test_error, bias, variance;
    protocol::Prediction predicted;
};

const std::vector<Confrontation>& confrontations()
{
    static const std::vector<Confrontation> once = [] {
        std::vector<Confrontation> result;
        for (const Entry& entry : entries()) {
            const protocol::Protocol& protocol = protocol::protocol_called(entry.protocol);
            problem::ModelSettings model;
            model.choices = entry.choices;
            const test::ErrorSamples samples = test::simulated(protocol, entry.cell, model, count, 172);
            std::string options;
            for (const auto& [key, value] : entry.choices) options += fmt::format(" {}={}", key, value.text());
            result.push_back({entry.protocol,
                              fmt::format("{} beta {} T {} lambda {} w {} p {}", options, entry.cell.beta, entry.cell.T,
                                          entry.cell.lambda, entry.cell.w, entry.cell.p),
                              test::summarise(samples.test_error), test::summarise(samples.bias), test::summarise(samples.variance),
                              test::predict(protocol, entry.cell, entry.choices)});
        }
        return result;
    }();
    return once;
}

struct Scores {
    test::Scores test_error, bias, variance;

    Scores(const std::string& protocol, double factor)
    {
        for (const Confrontation& entry : confrontations()) {
            if (entry.protocol != protocol) continue;
            const double bias_part = entry.predicted.asymptotic.bias, variance_part = entry.predicted.asymptotic.variance;
            const double known =
                std::isfinite(entry.predicted.exact) ? entry.predicted.exact : entry.predicted.asymptotic.test_error;
            test_error.add(test::z_against(entry.test_error, factor * known), entry.name);
            if (bias_part > 1e-20) bias.add(test::z_against(entry.bias, factor * bias_part), entry.name);
            variance.add(test::z_against(entry.variance, factor * variance_part), entry.name);
        }
    }
};

}  // namespace

TEST_CASE("mix, partial, accumulate and weighted meet their theory within the standard error", "[protocol]")
{
    for (const char* protocol : {"mix", "partial", "accumulate", "weighted"}) {
        const Scores scores(protocol, 1);
        for (const auto* quantity : {&scores.test_error, &scores.bias, &scores.variance}) {
            INFO(protocol << ": " << quantity->report());
            CHECK_FALSE(quantity->any_beyond(test::false_alarm / 12));  // four protocols, three quantities
        }
    }
}

TEST_CASE("that comparison rejects theories that are 3 % wrong, either way", "[protocol]")
{
    for (const char* protocol : {"mix", "partial", "accumulate", "weighted"})
        for (const double factor : {0.97, 1.03}) {
            INFO(protocol << " times " << factor);
            CHECK(Scores(protocol, factor).test_error.any_beyond(test::false_alarm / 12));
        }
}

}  // namespace protocol_cases_theory_test
