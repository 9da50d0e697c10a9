#pragma once

#include <vector>

#include "collapse/simulate/block.hpp"
#include "support/cases.hpp"

namespace collapse::test {

/// The errors of single replicates, each quantity by itself.
struct ErrorSamples {
    std::vector<double> test_error, bias, variance;

    void add(const problem::Errors& errors)
    {
        test_error.push_back(errors.test_error);
        bias.push_back(errors.bias);
        variance.push_back(errors.variance);
    }
};

/// `count` replicates of one cell, simulated by the program.
inline ErrorSamples simulated(const protocol::Protocol& protocol, const problem::Cell& cell, const problem::ModelSettings& model,
                              std::int64_t count, std::uint64_t seed)
{
    const protocol::Row row{cell, {cell.lambda}, {cell.n}};
    const rng::Key key = simulate::key_of(seed, model, protocol.describe().name, row);
    ErrorSamples samples;
    support::Meter meter;
    for (std::int64_t i = 0; i < count; ++i) {
        const rng::Draws draws(key, static_cast<std::uint64_t>(i));
        const problem::LinearModel instance = problem::instance_of(model, cell, draws);
        const auto& covariates = estimator::covariates_called(model.covariates);
        samples.add(protocol.simulate(row, {instance, draws, covariates, model.choices, meter})(0, 0));
    }
    return samples;
}

}  // namespace collapse::test
