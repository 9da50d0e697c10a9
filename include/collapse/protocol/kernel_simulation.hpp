#pragma once

#include <memory>

#include "collapse/data/dataset.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/protocol/allotment.hpp"
#include "collapse/protocol/levels.hpp"
#include "collapse/protocol/row.hpp"
#include "collapse/rng/draws.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::protocol {

using problem::ErrorForms;

/// Where rows of a data set come from and how they are fitted.
struct KernelProblem {
    const data::Dataset& dataset;
    const estimator::Kernel& kernel;
    const problem::Choices& choices;  ///< with the kernel's options and `factorisation`
    Index test;                       ///< held-out rows that a replicate is tested on
};

/// Simulates a row of cells on the rows of a data set, by kernel ridge regression: the fits of the scheme one after the other, each
/// for all ridges, in their dual form. As everywhere, noise-free parts and what label noise adds are followed side by side, and the
/// test error counts the noise with both signs.
class KernelSimulation {
  public:
    /// Throws InvalidInput if the scheme needs what a data set does not have: another teacher, another covariance.
    KernelSimulation(LevelledScheme scheme, Row row, const KernelProblem& problem);

    /// One replicate of every cell, for all levels of label noise that are wanted [ridges x generations].
    Table<ErrorForms> operator()(const rng::Draws& draws, support::Meter& meter) const;

    /// Why a cell is not simulated, or none [ridges x generations].
    const Table<support::Reason>& reasons() const { return reasons_; }

    const Allotment& allotment() const { return allotment_; }

    /// What a replicate costs.
    Cost cost() const;
    /// Rows of the largest fit.
    double largest_fit() const;

  private:
    friend class KernelRun;

    /// One fit of the chain, or an evaluated model.
    struct Step {
        double number;  ///< of the fit, or of generations
        Fit fit;
        bool evaluation;      ///< an evaluated model, which labels nothing
        bool wants_errors;    ///< it is evaluated, or precedes an evaluated model
        bool narrow = false;  ///< the same for all ridges of the row
    };

    LevelledScheme scheme_;
    Row row_;
    KernelProblem problem_;
    Table<support::Reason> reasons_;
    Allotment allotment_;
    std::vector<Step> steps_;
    std::map<BlockKey, std::size_t> last_use_;      ///< step after which the factorisation of a block is not needed
    std::map<double, std::size_t> last_reference_;  ///< the same of a fit's model
};

}  // namespace collapse::protocol
