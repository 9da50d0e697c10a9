#include "collapse/simulate/block.hpp"

#include <cmath>
#include <functional>
#include <new>
#include <span>

#include "collapse/data/dataset.hpp"
#include "collapse/estimator/factorisation.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/problem/directions.hpp"
#include "collapse/protocol/kernel_simulation.hpp"
#include "collapse/protocol/simulation.hpp"

namespace collapse::simulate {

using problem::ErrorForms;
using protocol::Row;
using support::Table;

rng::Key key_of(std::uint64_t seed, const problem::ModelSettings& settings, const std::string& protocol, const Row& row,
                bool linear)
{
    rng::Key key(seed);
    key.absorb(rng::sampler_version);
    if (settings.dataset) key.absorb(protocol).absorb("data").absorb(settings.dataset->digest());
    else key.absorb(protocol).absorb(settings.spectrum).absorb(settings.teacher).absorb(settings.covariates);
    for (const problem::Parameter& parameter : problem::parameters()) {
        if (parameter.name == "lambda" || parameter.name == "n") continue;
        if (linear && (parameter.name == "sigma" || parameter.name == "sigma0")) continue;
        const double value = parameter.in(row.cell);
        if (std::isnan(value)) continue;
        key.absorb(parameter.name).absorb(value);
    }
    for (const auto& [name, value] : row.cell.own) key.absorb(name).absorb(value);
    for (const auto& [name, value] : settings.choices)
        if (!estimator::is_estimator_option(name)) key.absorb(name).absorb(value.text());
    return key;
}

bool Forms::serves(const rng::Key& other, const Row& row, const ByLevel<bool>& levels, Replicates wished) const
{
    return !outcomes.empty() && key == other && lambda == row.lambda && generations == row.generations && wanted == levels &&
           replicates == wished;
}

namespace {

/// What is wrong with the numbers of one replicate, if anything.
Reason defect_of(const Errors& errors)
{
    const double all = errors.test_error + errors.bias + errors.variance;
    if (std::isnan(all)) return Reason::singular;
    return std::isinf(all) ? Reason::non_finite : Reason::none;
}

/// How replicates of a row are made.
struct Simulator {
    Table<Reason> reasons;
    std::size_t at_once;
    std::function<std::vector<Table<ErrorForms>>(std::span<const rng::Draws>)> replicates;
};

Simulator simulator_of(const protocol::LevelledScheme& scheme, const problem::ModelSettings& settings, const Row& row,
                       protocol::LabelNoise noise, support::Meter& meter)
{
    if (settings.has_data()) {
        support::ensure(settings.dataset != nullptr, "rows of a data set are read before they are simulated");
        protocol::KernelSimulation simulation(
            scheme, row, {*settings.dataset, estimator::kernel_called(settings.kernel), settings.choices, settings.test});
        return {simulation.reasons(), 1,
                [simulation, &meter](std::span<const rng::Draws> draws) { return std::vector{simulation(draws[0], meter)}; }};
    }
    protocol::Simulation simulation(scheme, row, problem::directions_of(settings, row.cell), noise,
                                    estimator::factorisation_in(settings.choices));
    problem::Instances instances(settings, row.cell);
    const estimator::Covariates& covariates = estimator::covariates_called(settings.covariates);
    return {simulation.reasons(), simulation.at_once(),
            [simulation, instances, &covariates, &settings, &meter](std::span<const rng::Draws> draws) {
                std::vector<problem::LinearModel> models;
                models.reserve(draws.size());
                for (const rng::Draws& own : draws) models.push_back(instances(own));
                std::vector<protocol::Replicate> replicates;
                replicates.reserve(draws.size());
                for (std::size_t k = 0; k < draws.size(); ++k)
                    replicates.push_back({models[k], draws[k], covariates, settings.choices, meter});
                return simulation(std::span<const protocol::Replicate>(replicates));
            }};
}

std::vector<Outcome> outcomes_of(const Simulator& simulator, std::span<const rng::Draws> draws)
{
    std::vector<Outcome> outcomes(draws.size());
    try {
        std::vector<Table<ErrorForms>> errors = simulator.replicates(draws);
        for (std::size_t k = 0; k < draws.size(); ++k) outcomes[k].errors = std::move(errors[k]);
    } catch (const std::bad_alloc&) {
        for (Outcome& outcome : outcomes) outcome = {{}, Reason::out_of_memory};
    }
    return outcomes;
}

/// Adds one replicate of the row with these levels.
void add(Table<CellSums>& sums, const Outcome& outcome, const ByLevel<double>& levels)
{
    for (std::size_t cell = 0; cell < sums.size(); ++cell) {
        if (sums[cell].failure != Reason::none) continue;
        if (outcome.failure != Reason::none) {
            sums[cell].failure = outcome.failure;
            continue;
        }
        const Errors errors = outcome.errors[cell].at(levels);
        if (const Reason defect = defect_of(errors); defect != Reason::none) sums[cell].failure = defect;
        else sums[cell].moments.add(errors);
    }
}

}  // namespace

Table<CellSums> simulate_block(protocol::LevelledScheme scheme, const problem::ModelSettings& settings, const Row& row,
                               const rng::Key& key, Replicates replicates, support::Meter& meter, protocol::LabelNoise noise,
                               Family* family)
{
    if (family != nullptr) scheme.want(family->wanted);
    const Simulator simulator = simulator_of(scheme, settings, row, noise, meter);
    Table<CellSums> sums(row.lambda.size(), row.generations.size());
    for (std::size_t cell = 0; cell < sums.size(); ++cell) sums[cell].failure = simulator.reasons[cell];

    const bool remembers = family != nullptr && family->remembers && scheme.linear;
    if (remembers && family->last.serves(key, row, scheme.wanted, replicates)) {
        for (const Outcome& outcome : family->last.outcomes) add(sums, outcome, scheme.levels);
        return sums;
    }
    Forms forms{key, row.lambda, row.generations, scheme.wanted, replicates, {}};
    if (family != nullptr) family->last = {};
    const bool fits = static_cast<double>(replicates.count()) * bytes_of_forms(row.size()) <= most_bytes_of_forms;
    for (std::int64_t next = replicates.first; next < replicates.last;) {
        std::vector<rng::Draws> draws;
        for (; next < replicates.last && draws.size() < simulator.at_once; ++next)
            draws.emplace_back(key, static_cast<std::uint64_t>(next));
        for (Outcome& outcome : outcomes_of(simulator, draws)) {
            add(sums, outcome, scheme.levels);
            if (remembers && (fits || replicates.count() == 1)) forms.outcomes.push_back(std::move(outcome));
        }
    }
    if (!forms.outcomes.empty()) family->last = std::move(forms);
    return sums;
}

}  // namespace collapse::simulate
