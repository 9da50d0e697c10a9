#include <catch2/catch.hpp>

#include <cmath>

#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using problem::Cell;

// Isotropic and spiked rows are drawn in a basis that begins with what matters, in O(d). The same eigenvalues, but each a little different
// from all others, are drawn as for any covariance: both must be samples of one distribution.

namespace protocol_framed_run_test {

namespace {

constexpr std::int64_t count = 4000;

struct Setting {
    std::string protocol;
    problem::ModelSettings model;
    Cell cell;
};

problem::ModelSettings settings(std::string spikes, problem::Choices choices = {})
{
    problem::ModelSettings model;
    if (!spikes.empty()) {
        model.spectrum = "spiked";
        choices["spikes"] = std::move(spikes);
    }
    model.choices = std::move(choices);
    return model;
}

/// Spikes and none, T and T0 on both sides of d, minimum norm and ridges, ridges in the generators, mixed labels.
std::vector<Setting> settings()
{
    std::vector<Setting> result;
    const auto with = [](const std::string& protocol, const std::string& spikes, problem::Choices choices = {}) {
        return settings(spikes, test::with_defaults(protocol::protocol_called(protocol), std::move(choices)));
    };
    for (const std::string spikes : {"", "9, 3"})
        for (const double T : {20.0, 70.0}) {
            const Cell base{.alpha = 0.5, .beta = 0, .T = T, .lambda = 0.05, .n = 2, .d = 36, .sigma = 0.4, .sigma0 = 0.5};
            Cell cell = base;
            cell.T0 = 80;
            cell.lambda0 = 0;
            result.push_back({"replace", with("replace", spikes), cell});
            cell.lambda = 0;
            cell.T0 = 22;
            result.push_back({"replace", with("replace", spikes), cell});
            cell.lambda0 = 0.3;
            cell.lambda = 2;
            cell.sigma0 = 1;
            result.push_back({"replace", with("replace", spikes), cell});
            // One level at a time: a frame has the same noise for both, which changes no mean.
            for (const bool real : {false, true}) {
                cell = base;
                cell.w = 0.4;
                (real ? cell.sigma0 : cell.sigma) = 0;
                result.push_back({"mix", with("mix", spikes, {{"design", "fresh"}, {"real_labels", "fresh"}}), cell});
            }
        }
    return result;
}

test::ErrorSamples samples(const Setting& setting, double spread, std::uint64_t seed)
{
    const auto& protocol = protocol::protocol_called(setting.protocol);
    const protocol::Row row{setting.cell, {setting.cell.lambda}, {setting.cell.n}};
    const rng::Key key = simulate::key_of(seed, setting.model, setting.protocol, row);
    test::ErrorSamples result;
    support::Meter meter;
    for (std::int64_t i = 0; i < count; ++i) {
        const rng::Draws draws(key, static_cast<std::uint64_t>(i));
        problem::LinearModel instance = problem::instance_of(setting.model, setting.cell, draws);
        const auto d = instance.eigenvalues.size();
        instance.eigenvalues.array() *= 1 + spread * numerics::Array::LinSpaced(d, 1, static_cast<double>(d));
        const auto& covariates = estimator::covariates_called(setting.model.covariates);
        result.add(protocol.simulate(row, {instance, draws, covariates, setting.model.choices, meter})(0, 0));
    }
    return result;
}

std::vector<double> logarithms(std::vector<double> values)
{
    for (double& value : values) value = std::log(value);
    return values;
}

struct Comparison {
    test::Scores mean, spread;  ///< spread of the logarithm: errors are skewed
};

Comparison compared(double factor)
{
    static const auto drawn = [] {
        std::vector<std::pair<test::ErrorSamples, test::ErrorSamples>> both;
        for (const Setting& setting : settings()) both.emplace_back(samples(setting, 0, 71), samples(setting, 1e-13, 72));
        return both;
    }();
    Comparison scores;
    const auto all = settings();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Cell& cell = all[i].cell;
        const auto compare = [&](std::vector<double> framed, const std::vector<double>& plain, const char* quantity) {
            for (double& value : framed) value *= factor;
            const std::string name = fmt::format("{} {} {} T {} T0 {} lambda {}", quantity, all[i].protocol, all[i].model.spectrum,
                                                 cell.T, cell.T0, cell.lambda);
            scores.mean.add(test::welch_z(test::summarise(framed), test::summarise(plain)), name);
            for (double& value : framed) value = std::pow(value, factor);
            scores.spread.add(test::spread_z(test::summarise(logarithms(framed)), test::summarise(logarithms(plain))), name);
        };
        compare(drawn[i].first.bias, drawn[i].second.bias, "bias");
        compare(drawn[i].first.variance, drawn[i].second.variance, "variance");
    }
    return scores;
}

}  // namespace

TEST_CASE("rows drawn in a frame give the errors of rows drawn whole: means and spreads", "[protocol]")
{
    const Comparison scores = compared(1);
    INFO(scores.mean.report() << scores.spread.report());
    CHECK_FALSE(scores.mean.any_beyond(test::false_alarm / 2));
    CHECK_FALSE(scores.spread.any_beyond(test::false_alarm / 2));
}

TEST_CASE("that comparison rejects errors that are 5 % too large, or fluctuate 5 % too much", "[protocol]")
{
    const Comparison scores = compared(1.05);
    CHECK(scores.mean.any_beyond(test::false_alarm / 2));
    CHECK(scores.spread.any_beyond(test::false_alarm / 2));
}

}  // namespace protocol_framed_run_test
