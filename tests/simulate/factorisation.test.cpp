#include <catch2/catch.hpp>

#include "support/parameter_sets.hpp"
#include "support/replicates.hpp"

using namespace collapse;

namespace factorisation_test {

constexpr double tolerance = 1e-9;

/// Errors of one replicate without label noise: what the noise meets depends on the factorisation, what the rows do does not.
support::Table<problem::Errors> noise_free(const protocol::Protocol& protocol, const test::ParameterSet& set,
                                           const char* factorisation)
{
    problem::ModelSettings model = set.model;
    model.choices = test::with_defaults(protocol, model.choices);
    model.choices["factorisation"] = factorisation;
    problem::Cell cell = set.cell;
    cell.sigma = cell.sigma0 = 0;
    const protocol::Row row{cell, {0.003, 0.4}, {0, 1, 2}};
    const rng::Draws draws(simulate::key_of(5, model, protocol.describe().name, row), 2);
    const problem::LinearModel instance = problem::instance_of(model, cell, draws);
    support::Meter meter;
    return protocol.simulate(row, {instance, draws, estimator::covariates_called(model.covariates), model.choices, meter});
}

TEST_CASE("a factor for each ridge and one for all of them give the same errors on the same rows, for every protocol", "[simulate]")
{
    for (const protocol::Protocol* protocol : protocol::protocols())
        for (const test::ParameterSet& set : test::parameter_sets_of(protocol->describe().name)) {
            INFO(protocol->describe().name << ", " << set.name);
            const auto once = noise_free(*protocol, set, "once"), apart = noise_free(*protocol, set, "per_ridge");
            for (std::size_t cell = 0; cell < once.size(); ++cell)
                CHECK(apart[cell].test_error == Approx(once[cell].test_error).epsilon(tolerance).margin(1e-13));
        }
}

// Only bands are reduced from here on.
TEST_CASE("stacked rows beyond the size from which bands are used give the same errors by a factor for each ridge", "[simulate]")
{
    const protocol::Protocol& accumulate = protocol::protocol_called("accumulate");
    const test::ParameterSet set{"", {.alpha = 1, .beta = 1, .T = 800, .d = 1600}, {}};
    const auto once = noise_free(accumulate, set, "once"), apart = noise_free(accumulate, set, "per_ridge");
    for (std::size_t cell = 0; cell < once.size(); ++cell)
        CHECK(apart[cell].test_error == Approx(once[cell].test_error).epsilon(tolerance));
}

}  // namespace factorisation_test
