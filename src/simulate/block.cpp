#include "collapse/simulate/block.hpp"

#include <cmath>
#include <functional>
#include <new>

#include "collapse/data/dataset.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/problem/directions.hpp"
#include "collapse/protocol/kernel_simulation.hpp"
#include "collapse/protocol/simulation.hpp"

namespace collapse::simulate {

using protocol::Row;
using support::Table;

rng::Key key_of(std::uint64_t seed, const problem::ModelSettings& settings, const std::string& protocol, const Row& row)
{
    rng::Key key(seed);
    key.absorb(rng::sampler_version);
    if (settings.dataset) key.absorb(protocol).absorb("data").absorb(settings.dataset->digest());
    else key.absorb(protocol).absorb(settings.spectrum).absorb(settings.teacher).absorb(settings.covariates);
    for (const problem::Parameter& parameter : problem::parameters()) {
        if (parameter.name == "lambda" || parameter.name == "n") continue;
        const double value = parameter.in(row.cell);
        if (std::isnan(value)) continue;
        key.absorb(parameter.name).absorb(value);
    }
    for (const auto& [name, value] : row.cell.own) key.absorb(name).absorb(value);
    for (const auto& [name, value] : settings.choices)
        if (!settings.has_data() || !estimator::is_kernel_option(name)) key.absorb(name).absorb(value.text());
    return key;
}

namespace {

/// What is wrong with the numbers of one replicate, if anything.
Reason defect_of(const Errors& errors)
{
    const double all = errors.test_error + errors.bias + errors.variance;
    if (std::isnan(all)) return Reason::singular;
    return std::isinf(all) ? Reason::non_finite : Reason::none;
}

/// The outcome of one replicate, or why there is none.
struct Outcome {
    Table<Errors> errors;
    Reason failure = Reason::none;
};

/// How replicates of a row are made.
struct Simulator {
    Table<Reason> reasons;
    std::function<Table<Errors>(const rng::Draws&)> replicate;
};

Simulator simulator_of(const protocol::Protocol& protocol, const problem::ModelSettings& settings, const Row& row,
                       protocol::LabelNoise noise, support::Meter& meter)
{
    protocol::Scheme scheme = protocol.scheme(row, settings.choices);
    if (settings.has_data()) {
        support::ensure(settings.dataset != nullptr, "rows of a data set are read before they are simulated");
        protocol::KernelSimulation simulation(
            std::move(scheme), row,
            {*settings.dataset, estimator::kernel_called(settings.kernel), settings.choices, settings.test});
        return {simulation.reasons(), [simulation, &meter](const rng::Draws& draws) { return simulation(draws, meter); }};
    }
    protocol::Simulation simulation(std::move(scheme), row, problem::directions_of(settings, row.cell), noise);
    problem::Instances instances(settings, row.cell);
    const estimator::Covariates& covariates = estimator::covariates_called(settings.covariates);
    return {simulation.reasons(), [simulation, instances, &covariates, &settings, &meter](const rng::Draws& draws) {
                const problem::LinearModel model = instances(draws);
                return simulation({model, draws, covariates, settings.choices, meter});
            }};
}

Outcome outcome_of(const Simulator& simulator, const rng::Draws& draws)
{
    try {
        return {simulator.replicate(draws), Reason::none};
    } catch (const std::bad_alloc&) {
        return {{}, Reason::out_of_memory};
    }
}

}  // namespace

Table<CellSums> simulate_block(const protocol::Protocol& protocol, const problem::ModelSettings& settings, const Row& row,
                               const rng::Key& key, Replicates replicates, support::Meter& meter, protocol::LabelNoise noise)
{
    const Simulator simulator = simulator_of(protocol, settings, row, noise, meter);
    Table<CellSums> sums(row.lambda.size(), row.generations.size());
    for (std::size_t cell = 0; cell < sums.size(); ++cell) sums[cell].failure = simulator.reasons[cell];

    for (std::int64_t replicate = replicates.first; replicate < replicates.last; ++replicate) {
        const rng::Draws draws(key, static_cast<std::uint64_t>(replicate));
        const Outcome outcome = outcome_of(simulator, draws);
        for (std::size_t cell = 0; cell < sums.size(); ++cell) {
            if (sums[cell].failure != Reason::none) continue;
            if (outcome.failure != Reason::none) sums[cell].failure = outcome.failure;
            else if (const Reason defect = defect_of(outcome.errors[cell]); defect != Reason::none) sums[cell].failure = defect;
            else sums[cell].moments.add(outcome.errors[cell]);
        }
    }
    return sums;
}

}  // namespace collapse::simulate
