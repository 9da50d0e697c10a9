#pragma once

#include <map>
#include <set>
#include <string>

#include "collapse/app/arguments.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/sweep/shard.hpp"

namespace collapse::app {

/// Numbers of cells that will lack one half, by reason.
struct Gaps {
    std::map<support::Reason, std::size_t> unsimulated;
    std::map<std::string, std::size_t> unpredicted;
};

/// Of the rows' predictions, in real seconds.
struct PredictionCost {
    double all = 0, longest = 0;
};

/// The other way in which the ridges of a fit can be solved for.
struct OtherFactorisation {
    std::string setting;  ///< as one would write it
    double time = 1;      ///< nominal seconds of simulation in that way, over those of this one
};

/// What a sweep will cost, or one shard of it, measured where it can be.
struct Forecast {
    sweep::Settings settings;     ///< with the name of the shard's file
    std::set<std::string> given;  ///< keys whose values are no defaults
    sweep::Shard shard;
    sweep::Grid grid;
    sweep::Plan plan;
    double speed = 1;  ///< real seconds per nominal second of simulation on this machine
    PredictionCost predictions;
    Gaps gaps;
    double address_space = 0;  ///< bytes a rank
    OtherFactorisation other_factorisation;

    std::size_t rows_to_compute() const;
    std::size_t cells_to_compute() const;
    double core_seconds() const { return speed * plan.seconds() + predictions.all; }
    double longest_task() const { return speed * plan.largest_task() + predictions.longest; }
    /// Ranks beyond which the longest task decides.
    double useful_ranks() const;
    double bytes_per_rank() const;
    double wall_seconds(double ranks) const;
};

/// Takes a second or two. Throws InvalidInput if the config is wrong or a row does not fit into the memory of this machine.
Forecast forecast(const Arguments& arguments);

}  // namespace collapse::app
