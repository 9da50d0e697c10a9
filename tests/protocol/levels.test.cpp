#include <catch2/catch.hpp>

#include <cmath>

#include "collapse/protocol/levels.hpp"
#include "collapse/protocol/protocol.hpp"
#include "collapse/support/failure.hpp"
#include "support/cases.hpp"
#include "support/parameter_sets.hpp"

namespace protocol_levels_test {

using namespace collapse;
using problem::Fit;
using problem::Level;
using problem::Scheme;
using protocol::Cell;
using protocol::Row;

namespace {

const Row row{{.T = 20, .d = 10, .sigma = 0.3, .sigma0 = 0.7}, {0.1}, {0, 2}};

/// A chain of fits on rows of their own, labelled by the model before with these noises: functions of the levels.
using Noises = std::function<std::vector<problem::Noise>(double t, double sigma, double sigma0)>;
std::function<Scheme(const Row&)> chain(const Noises& noises, double ridge_per_sigma = 0, double kind_per_generation = 1)
{
    return [=](const Row& of) {
        const Cell cell = of.cell;
        return Scheme{.generation = [=](double t) -> Fit {
            const problem::Block block{0, kind_per_generation * t, cell.T};
            return {{0.1 + ridge_per_sigma * cell.sigma},
                    {{block, 1 / cell.T, {{{t - 1, 1}}, {}, {}, noises(t, cell.sigma, cell.sigma0)}}}};
        }};
    };
}

}  // namespace

TEST_CASE("Every protocol is linear in sigma and sigma0, and its noises are the levels times those of unit levels", "[protocol]")
{
    for (const protocol::Protocol* protocol : protocol::protocols())
        for (const test::ParameterSet& set : test::parameter_sets_of(protocol->describe().name)) {
            INFO(protocol->describe().name << ", " << set.name);
            const problem::Choices choices = test::with_defaults(*protocol, set.model.choices);
            const Row of{set.cell, {0, 0.1}, {0, 1, 3}};
            const protocol::LevelledScheme levelled = protocol->levelled(of, choices);
            REQUIRE(levelled.linear);
            for (double t = 0; t <= 3; ++t) {
                const Fit fit = levelled.scheme.generation(t), unit = levelled.unit.generation(t);
                REQUIRE(fit.uses.size() == unit.uses.size());
                for (std::size_t b = 0; b < fit.uses.size(); ++b) {
                    double size = 0, by_level = 0;
                    for (const problem::Noise& noise : fit.uses[b].labels.noise) size += noise.size;
                    for (const problem::Noise& noise : unit.uses[b].labels.noise)
                        by_level += levelled.levels[number_of(noise.level)] * noise.size;
                    CHECK(by_level == Approx(size));
                }
            }
        }
}

TEST_CASE("Sizes of noise that are a level times a number are taken apart", "[protocol]")
{
    const auto levelled = protocol::levelled(chain([](double t, double sigma, double sigma0) {
                                                 return std::vector<problem::Noise>{{0, 0.5 * sigma}, {1, t * sigma0}};
                                             }),
                                             row);
    REQUIRE(levelled.linear);
    CHECK(levelled.levels == protocol::ByLevel<double>{0.3, 0.7});
    const auto noise = levelled.unit.generation(2).uses[0].labels.noise;
    REQUIRE(noise.size() == 2);
    CHECK((noise[0].level == Level::sigma && noise[0].size == 0.5));
    CHECK((noise[1].level == Level::sigma0 && noise[1].size == 2));
}

TEST_CASE("A scheme in which a level decides anything else, or noises have both, is left as it is", "[protocol]")
{
    const auto one = [](double size) { return std::vector<problem::Noise>{{0, size}}; };
    const std::vector<std::pair<const char*, std::function<Scheme(const Row&)>>> schemes{
        {"one noise of both", chain([&](double, double sigma, double sigma0) { return one(std::hypot(sigma, sigma0)); })},
        {"not linear", chain([&](double, double sigma, double) { return one(sigma * sigma); })},
        {"a size that is there without a level", chain([&](double, double sigma, double) { return one(0.2 + sigma); })},
        {"a ridge", chain([&](double, double sigma, double) { return one(sigma); }, 1)},
        {"a source drawn once for both",
         chain([&](double t, double sigma, double sigma0) { return one(t == 0 ? sigma : sigma0); }, 0, 0)},
        {"a source added twice", chain([&](double, double sigma, double) {
             return std::vector<problem::Noise>{{0, sigma}, {0, sigma}};
         })},
        {"a late generation", chain([&](double t, double sigma, double) { return one(t < 12 ? sigma : sigma * sigma); })}};
    for (const auto& [name, scheme] : schemes) {
        INFO(name);
        const auto levelled = protocol::levelled(scheme, row);
        CHECK_FALSE(levelled.linear);
        CHECK(levelled.levels == protocol::ByLevel<double>{1, 0});
        CHECK(levelled.unit.generation(0).uses[0].labels.noise[0].size == scheme(row).generation(0).uses[0].labels.noise[0].size);
    }
    // The same by which two generations share a source of one level is fine.
    CHECK(protocol::levelled(chain([&](double, double sigma, double) { return one(sigma); }, 0, 0), row).linear);
}

TEST_CASE("A scheme that makes no sense without a level is left as it is, and one that ends is looked at up to there", "[protocol]")
{
    const auto precision = [](const Row& of) {  // of labels, as weight, ridge or distance
        support::validate(of.cell.sigma > 0, "a weight is inf");
        return chain([](double, double sigma, double) { return std::vector<problem::Noise>{{0, sigma}}; })(of);
    };
    CHECK_FALSE(protocol::levelled(precision, row).linear);
    const auto later = [](double most) {
        return chain([=](double t, double sigma, double) {
            support::validate(t < most || sigma == 0.3, "at t = {}", t);
            return std::vector<problem::Noise>{{0, sigma}};
        });
    };
    CHECK_FALSE(protocol::levelled(later(3), row).linear);
    CHECK(protocol::levelled(later(100), row).linear);
    CHECK(protocol::levelled(chain([](double t, double sigma, double) {
                                 support::validate(t < 5, "at t = {}", t);
                                 return std::vector<problem::Noise>{{0, sigma}};
                             }),
                             row)
              .linear);
}

}  // namespace protocol_levels_test
