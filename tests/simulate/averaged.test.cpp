#include <catch2/catch.hpp>

#include <cmath>
#include <map>

#include "collapse/protocol/course.hpp"
#include "support/noise_entries.hpp"
#include "support/parameter_sets.hpp"
#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using protocol::Averaging;
using protocol::LabelNoise;
using protocol::Row;

namespace {

/// A tenth of the size, for speed.
problem::Cell small(problem::Cell cell)
{
    for (double* size : {&cell.d, &cell.T, &cell.T0}) *size = std::ceil(*size / 10);
    return cell;
}

problem::ModelSettings model_of(const protocol::Protocol& protocol, const test::ParameterSet& set, const std::string& covariates)
{
    problem::ModelSettings model = set.model;
    model.choices = test::with_defaults(protocol, model.choices);
    model.covariates = covariates;
    if (covariates == "student") model.choices["degrees_of_freedom"] = "5";
    return model;
}

Averaging averaging_of(const protocol::Protocol& protocol, const Row& row, const problem::ModelSettings& model)
{
    return protocol::averaging_of(protocol.scheme(row, model.choices), row);
}

problem::Errors simulated(const protocol::Protocol& protocol, const Row& row, const problem::ModelSettings& model,
                          std::uint64_t seed, std::uint64_t number, LabelNoise noise)
{
    const rng::Draws draws(simulate::key_of(seed, model, protocol.describe().name, row), number);
    const problem::LinearModel instance = problem::instance_of(model, row.cell, draws);
    support::Meter meter;
    return protocol.simulate(row, {instance, draws, estimator::covariates_called(model.covariates), model.choices, meter}, noise)(
        0, 0);
}

/// What every entry of the label noise does to the weights, one by one, on the same rows.
problem::Errors by_entries(const protocol::Protocol& protocol, const Row& row, const problem::ModelSettings& model,
                           std::uint64_t seed, std::uint64_t number)
{
    const rng::Draws draws(simulate::key_of(seed, model, protocol.describe().name, row), number);
    const problem::LinearModel instance = problem::instance_of(model, row.cell, draws);
    support::Meter meter;
    const protocol::Replicate replicate{instance, draws, estimator::covariates_called(model.covariates), model.choices, meter};
    const problem::Scheme scheme = protocol.scheme(row, model.choices);
    const std::vector<protocol::Course> courses = protocol::courses_of(scheme, row, row.cell.d);
    return test::NoiseEntries(scheme, replicate, courses.at(0)).errors(row.generations[0]);
}

}  // namespace

TEST_CASE("averaged noise is the sum over the squares of what every entry of the noise does, on the same rows", "[simulate]")
{
    int exact = 0;
    for (const char* covariates : {"rademacher", "gaussian"})
        for (const protocol::Protocol* protocol : protocol::protocols())
            for (const test::ParameterSet& set : test::parameter_sets_of(protocol->describe().name)) {
                const problem::ModelSettings model = model_of(*protocol, set, covariates);
                const Row row{small(set.cell), {set.cell.lambda}, {set.cell.n}};
                if (averaging_of(*protocol, row, model) == Averaging::draws) continue;
                INFO(protocol->describe().name << ", " << set.name << ", " << covariates);
                const problem::Errors program = simulated(*protocol, row, model, 5, 3, LabelNoise::averaged);
                const problem::Errors oracle = by_entries(*protocol, row, model, 5, 3);
                if (std::isnan(program.test_error)) continue;  // its mean is infinite
                const double size = oracle.test_error;
                CHECK(program.bias == Approx(oracle.bias).margin(test::chain * size).epsilon(test::chain));
                CHECK(program.variance == Approx(oracle.variance).margin(test::chain * size).epsilon(test::chain));
                if (!std::isnan(program.generator_error))
                    CHECK(program.generator_error ==
                          Approx(oracle.generator_error).margin(test::chain * size).epsilon(test::chain));
                ++exact;
            }
    CHECK(exact > 60);
}

TEST_CASE("label noise is averaged over exactly for fresh rows and for one design", "[simulate]")
{
    const auto of = [](const std::string& name, const problem::Choices& choices) {
        const protocol::Protocol& protocol = protocol::protocol_called(name);
        problem::ModelSettings model;
        model.choices = test::with_defaults(protocol, choices);
        const problem::Cell cell{
            .alpha = 1, .beta = 1, .T = 12, .d = 10, .T0 = 12, .lambda0 = 0, .sigma = 1, .sigma0 = 1, .w = 0.4, .p = 0.5, .k = 1};
        return averaging_of(protocol, {cell, {0.1}, {3}}, model);
    };
    CHECK(of("replace", {}) == Averaging::covariance);
    CHECK(of("mix", {}) == Averaging::covariance);
    CHECK(of("partial", {}) == Averaging::covariance);
    CHECK(of("weighted", {}) == Averaging::covariance);
    CHECK(of("mixture", {}) == Averaging::covariance);
    CHECK(of("mix", {{"design", "fixed"}}) == Averaging::diagonal);
    CHECK(of("distill", {}) == Averaging::diagonal);
    CHECK(of("accumulate", {{"design", "fixed"}}) == Averaging::diagonal);
    CHECK(of("accumulate", {}) == Averaging::draws);
}

namespace {

constexpr int replicates = 300;

struct Pair {
    std::string name;
    std::vector<double> drawn, averaged;
};

/// Variances of every parameter set on the same designs, drawn and averaged.
std::vector<Pair> simulated_pairs()
{
    std::vector<Pair> pairs;
    for (const protocol::Protocol* protocol : protocol::protocols())
        for (const test::ParameterSet& set : test::parameter_sets_of(protocol->describe().name)) {
            const problem::ModelSettings model = model_of(*protocol, set, "gaussian");
            const Row row{small(set.cell), {set.cell.lambda}, {set.cell.n}};
            Pair pair{protocol->describe().name + ", " + set.name, {}, {}};
            for (std::uint64_t i = 0; i < replicates; ++i) {
                pair.drawn.push_back(simulated(*protocol, row, model, 12, i, LabelNoise::drawn).variance);
                pair.averaged.push_back(simulated(*protocol, row, model, 12, i, LabelNoise::averaged).variance);
            }
            pairs.push_back(std::move(pair));
        }
    return pairs;
}

/// Scores of the differences, `factor` times what averaging gave.
test::Scores compared(double factor)
{
    static const std::vector<Pair> pairs = simulated_pairs();
    test::Scores scores;
    for (const Pair& pair : pairs) {
        std::vector<double> differences;
        for (std::size_t i = 0; i < pair.drawn.size(); ++i) differences.push_back(factor * pair.averaged[i] - pair.drawn[i]);
        const test::Sample sample = test::summarise(differences);
        if (std::isnan(sample.mean) || sample.variance == 0) CHECK(pair.drawn.back() + pair.averaged.back() == 0);  // no noise
        else scores.add(test::z_against(sample, 0), pair.name);
    }
    return scores;
}

}  // namespace

TEST_CASE("averaged and drawn noise give the same mean variance in every protocol", "[simulate]")
{
    const test::Scores scores = compared(1);
    INFO(scores.report());
    CHECK_FALSE(scores.rejected(test::false_alarm));
}

TEST_CASE("the test of averaged against drawn noise rejects a variance that is 3 % too large", "[simulate]")
{
    CHECK(compared(1.03).rejected(test::false_alarm));
}
