#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collapse/problem/model.hpp"
#include "collapse/protocol/written.hpp"
#include "collapse/sweep/grid.hpp"

namespace collapse::sweep {

/// [simulation]
struct SimulationSettings {
    std::int64_t replicates = 100;     ///< 0: theory only
    std::int64_t first_replicate = 0;  ///< replicates before it are in another file, to be merged
    double precision = 0;              ///< relative standard error at which a row stops; 0: always all replicates
    std::int64_t min_replicates = 20;  ///< with precision: the first look, and the step between looks
    std::int64_t max_replicates = 0;   ///< with precision: the last look; 0: `replicates`
    std::uint64_t seed = 1;
    protocol::LabelNoise noise = protocol::LabelNoise::drawn;

    /// Replicates that a row can come to.
    std::int64_t most() const { return precision > 0 ? max_replicates : replicates; }
};

/// [refine]: the grid starts coarse and is refined where something changes, see refine.hpp.
struct RefineSettings {
    std::vector<std::string> axes;             ///< names of coordinates; empty: all cells of the grid are computed
    std::string on = "regime";                 ///< what must change: an entry of refinement_targets()
    std::int64_t levels = 0;                   ///< how often intervals are halved, 1 to 10; 0: 4
    double tolerance = 0;                      ///< change of the target's natural logarithm that is let pass; 0: 0.1
    std::vector<std::vector<double>> start{};  ///< lists of `axes` before refinement; empty: as [grid] has them
};

/// [data]: rows and targets of others, and what is done with them.
struct DataSettings {
    std::string rows, targets;     ///< files, by absolute paths
    std::string target = "value";  ///< what is to be learnt, see data::Target
    std::int64_t pool = 0;         ///< rows from which the spectrum of theory is measured; 0: 4000, or all if there are fewer
    std::int64_t test = 0;  ///< held-out rows that a replicate is tested on; 0: 2000, or a fifth if there are fewer than 10000
    std::string digest;     ///< names the numbers read
    std::string nodes;      ///< spectrum and coefficients measured before, see measured.hpp
};

/// Everything a sweep depends on, as plain data: the config file fills it, `validated` checks it.
struct Settings {
    std::vector<Axis> axes;
    std::string protocol = protocol::default_protocol;
    std::vector<std::pair<std::string, std::string>> chain;  ///< lines of [chain] as given: key, text
    std::shared_ptr<const protocol::Written> written;  ///< the protocol they describe; made by `validated` for protocol = chain
    problem::ModelSettings model;
    DataSettings data;
    SimulationSettings simulation;
    RefineSettings refine;
    std::string output;  ///< path of the result file; not a scientific input

    /// Whether the sweep computes part of its grid only.
    bool is_refined() const { return !refine.axes.empty(); }

    /// The cells; theory alone takes T0 = T^b and n = T^a as they are, a simulation rounds them.
    Grid grid() const { return Grid(axes, simulation.replicates > 0 ? Counts::whole : Counts::real); }

    /// One `section.key = value` pair for every scientific input with its resolved value (numbers in shortest exact form, lists
    /// joined by ", "), in a fixed order. Two sweeps belong to the same file only if these agree.
    std::vector<std::pair<std::string, std::string>> resolved() const;
    /// The same as the text of a config file, which gives these settings again and needs no other file but those of [data]; with the
    /// spectrum measured from them.
    std::string to_config() const;
};

/// The protocol of settings that are validated.
const protocol::Protocol& protocol_of(const Settings& settings);

/// Its part in the key of random numbers: its name, and what [chain] says.
std::string name_in_key(const Settings& settings);

/// The entries of the tables of models that a sweep uses: protocol, spectrum, covariates, and the teacher unless the spectrum has one.
std::vector<problem::Description> models_of(const Settings& settings);

/// Fills in defaults (axes of parameters that were not given, options of the chosen models) and checks everything.
/// Throws InvalidInput: one sentence with the key, the value, the reason and the remedy.
Settings validated(Settings settings);

}  // namespace collapse::sweep
