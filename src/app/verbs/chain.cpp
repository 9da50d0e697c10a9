#include <cmath>

#include <nlohmann/json.hpp>

#include "collapse/app/chain_file.hpp"
#include "collapse/app/json.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/problem/numbers.hpp"
#include "collapse/protocol/simulation.hpp"
#include "collapse/simulate/moments.hpp"
#include "collapse/support/text.hpp"
#include "collapse/theory/chain_equivalent.hpp"

namespace collapse::app {

namespace {

using problem::Errors;
using support::validate;

std::vector<Errors> predict(const ChainFile& chain)
{
    std::vector<numerics::Array> spectra;
    for (const problem::OtherSpectrum& spectrum : chain.scheme.spectra) spectra.push_back(spectrum.eigenvalue);
    theory::ChainEquivalent equivalent(chain.nodes, spectra,
                                       theory::teacher_moments(chain.nodes, chain.scheme.teachers, chain.truth));
    std::vector<Errors> result;
    for (std::size_t t = 0; t < chain.fits; ++t) {
        const problem::Fit fit = chain.scheme.generation(static_cast<double>(t));
        result.push_back(equivalent.add(fit, fit.ridges[0]));
    }
    return result;
}

struct Simulated {
    std::int64_t replicates = 0;
    std::vector<double> test_error, standard_error;  ///< [fits]; NaN where the mean is infinite
};

/// The key names the problem by its numbers, as everywhere: chains of the same rows share their draws.
Simulated simulate(const ChainFile& chain, std::int64_t replicates, std::uint64_t seed)
{
    const auto d = static_cast<double>(chain.truth.size());
    protocol::Row row{{}, {0}, {}};
    for (std::size_t t = 0; t < chain.fits; ++t) row.generations.push_back(static_cast<double>(t));
    const protocol::LevelledScheme scheme(chain.scheme);
    const protocol::Simulation simulation(scheme, row, static_cast<double>((chain.nodes.eigenvalue > 0).count()));
    const problem::LinearModel model{chain.nodes.eigenvalue.matrix(), chain.truth.matrix()};
    rng::Key key(seed);
    key.absorb(rng::sampler_version).absorb("a chain in JSON").absorb(d);
    std::vector<simulate::Moments> moments(chain.fits);
    support::Meter meter;
    for (std::int64_t replicate = 0; replicate < replicates; ++replicate) {
        const rng::Draws draws(key, static_cast<std::uint64_t>(replicate));
        const auto forms = simulation({model, draws, estimator::covariates_called(problem::ModelSettings{}.covariates), {}, meter});
        for (std::size_t t = 0; t < chain.fits; ++t) {
            const problem::Errors errors = forms(0, t).at(scheme.levels);
            if (!std::isnan(errors.test_error)) moments[t].add(errors);
            else moments[t].add({errors.test_error, 0, 0});
        }
    }
    Simulated result{replicates, {}, {}};
    for (const auto& cell : moments) {
        result.test_error.push_back(cell.mean(replicates).test_error);
        result.standard_error.push_back(cell.standard_error(replicates));
    }
    return result;
}

/// A number, or a text where JSON has none.
nlohmann::json shown(double value)
{
    if (std::isnan(value)) return nullptr;
    return std::isinf(value) ? nlohmann::json(value > 0 ? "inf" : "-inf") : nlohmann::json(value);
}

double zscore(const Errors& theory, const Simulated& simulated, std::size_t t)
{
    return (simulated.test_error[t] - theory.test_error) / simulated.standard_error[t];
}

nlohmann::json to_json(const std::vector<Errors>& theory, const std::optional<Simulated>& simulated)
{
    nlohmann::json result{
        {"bias", nlohmann::json::array()}, {"variance", nlohmann::json::array()}, {"test_error", nlohmann::json::array()}};
    for (const Errors& errors : theory) {
        result["bias"].push_back(shown(errors.bias));
        result["variance"].push_back(shown(errors.variance));
        result["test_error"].push_back(shown(errors.test_error));
    }
    if (!simulated) return result;
    nlohmann::json& beside = result["simulated"];
    beside["replicates"] = simulated->replicates;
    for (std::size_t t = 0; t < theory.size(); ++t) {
        beside["test_error"].push_back(shown(simulated->test_error[t]));
        beside["stderr"].push_back(shown(simulated->standard_error[t]));
        beside["zscore"].push_back(shown(zscore(theory[t], *simulated, t)));
    }
    return result;
}

void print(const ChainFile& chain, const std::vector<Errors>& theory, const std::optional<Simulated>& simulated)
{
    fmt::print("{:>4} {:>10} {:>10} {:>12} {:>12} {:>12}", "fit", "rows", "ridge", "bias", "variance", "test error");
    fmt::print("{}\n", simulated ? fmt::format(" {:>12} {:>10} {:>6}", "simulated", "stderr", "z") : "");
    for (std::size_t t = 0; t < chain.fits; ++t) {
        fmt::print("{:>4} {:>10.7g} {:>10.4g} {:>12.6g} {:>12.6g} {:>12.6g}", t, chain.rows[t],
                   chain.scheme.generation(static_cast<double>(t)).ridges[0], theory[t].bias, theory[t].variance,
                   theory[t].test_error);
        if (simulated)
            fmt::print(" {:>12.6g} {:>10.3g} {:>6.2f}", simulated->test_error[t], simulated->standard_error[t],
                       zscore(theory[t], *simulated, t));
        fmt::print("\n");
    }
    if (simulated)
        fmt::print(
            "{} replicates; shares p of T rows are round(p T) rows, for which the theory is, too; a mean that is infinite is not "
            "simulated (nan)\n",
            simulated->replicates);
}

std::uint64_t whole(const Arguments& arguments, const std::string& flag, double least, std::uint64_t otherwise)
{
    if (!arguments.has(flag)) return otherwise;
    const double value = problem::parse_number("--" + flag, arguments.flags.at(flag));
    validate(value >= least && value == std::floor(value) && value < 1e15,
             "--{} {} is not possible; give a whole number from {:g} on", flag, arguments.flags.at(flag), least);
    return static_cast<std::uint64_t>(value);
}

class Chain final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "chain",
                .operands = "FILE.json",
                .summary = "theory of every fit of one chain that is described in full, and its simulation beside it",
                .flags = {{"replicates", "R", "simulate so many replicates, too: with standard errors and z"},
                          {"seed", "S", "names the random numbers (default 1)"},
                          {"json", "", "print JSON"}},
                .example = "collapse chain chain.json --replicates 1000"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const auto replicates = static_cast<std::int64_t>(whole(arguments, "replicates", 2, 0));
        const std::uint64_t seed = whole(arguments, "seed", 0, 1);
        const ChainFile chain = read_chain(arguments.operands.front(), replicates > 0);
        const std::vector<Errors> theory = predict(chain);
        std::optional<Simulated> simulated;
        if (replicates > 0) simulated = simulate(chain, replicates, seed);
        if (arguments.has("json")) print_json(to_json(theory, simulated));
        else print(chain, theory, simulated);
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_chain()
{
    static const Chain instance;
    return instance;
}

}  // namespace collapse::app
