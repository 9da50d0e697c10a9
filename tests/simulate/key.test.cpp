#include <catch2/catch.hpp>

#include "collapse/simulate/block.hpp"

using namespace collapse;
using problem::Cell;
using problem::ModelSettings;

namespace {

const Cell cell{
    .alpha = 1, .beta = 0.5, .T = 20, .d = 10, .T0 = 30, .lambda0 = 0.1, .sigma = 0.2, .sigma0 = 0.3, .w = 0.4, .p = 0.5, .k = 2};

rng::Key key(std::uint64_t seed = 1, const ModelSettings& model = {}, const std::string& protocol = "replace",
             const protocol::Row& row = {cell, {0.1}, {1}}, bool linear = true)
{
    return simulate::key_of(seed, model, protocol, row, linear);
}

}  // namespace

TEST_CASE("lambda and n stay out of the key of a row, and sigma and sigma0 if they are sizes of noise alone", "[simulate]")
{
    CHECK(key(1, {}, "replace", {cell, {0, 0.5, 2}, {0, 1, 2, 3}}) == key());
    Cell named = cell;
    named.lambda = 3;
    named.n = 7;
    CHECK(key(1, {}, "replace", {named, {0.1}, {1}}) == key());
    Cell louder = cell;
    louder.sigma = 0;
    louder.sigma0 = 2;
    CHECK(key(1, {}, "replace", {louder, {0.1}, {1}}) == key());
    CHECK_FALSE(key(1, {}, "replace", {louder, {0.1}, {1}}, false) == key(1, {}, "replace", {cell, {0.1}, {1}}, false));
}

TEST_CASE("every other parameter changes the key of a row", "[simulate]")
{
    for (const problem::Parameter& parameter : problem::parameters()) {
        if (parameter.name == "lambda" || parameter.name == "n") continue;
        INFO(parameter.name);
        Cell changed = cell, unset = cell;
        if (std::isnan(cell.*parameter.member)) unset.*parameter.member = changed.*parameter.member = 1;
        else changed.*parameter.member += 1;
        if (!std::isnan(cell.*parameter.member)) unset.*parameter.member = Cell::unset;
        const rng::Key own = key(1, {}, "replace", {cell, {0.1}, {1}}, false);
        CHECK_FALSE(key(1, {}, "replace", {changed, {0.1}, {1}}, false) == own);
        CHECK_FALSE(key(1, {}, "replace", {unset, {0.1}, {1}}, false) == own);
    }
}

TEST_CASE("equal values of different parameters give different keys", "[simulate]")
{
    Cell w{.alpha = 1, .w = 0.5}, p{.alpha = 1, .p = 0.5};
    CHECK_FALSE(key(1, {}, "replace", {w, {0.1}, {1}}) == key(1, {}, "replace", {p, {0.1}, {1}}));
}

TEST_CASE("seed, protocol, spectrum, teacher and options change the key of a row", "[simulate]")
{
    CHECK_FALSE(key(2) == key());
    CHECK_FALSE(key(1, {}, "mix") == key());
    ModelSettings spectrum, teacher, covariates, option;
    spectrum.spectrum = "spiked";
    teacher.teacher = "random";
    covariates.covariates = "rademacher";
    option.choices["design"] = "fixed";
    for (const ModelSettings& model : {spectrum, teacher, covariates, option}) CHECK_FALSE(key(1, model) == key());
}
