#pragma once

#include <span>
#include <vector>

#include "collapse/estimator/factorisation.hpp"
#include "collapse/protocol/course.hpp"
#include "collapse/protocol/label_noise.hpp"
#include "collapse/protocol/levels.hpp"
#include "collapse/protocol/replicate.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::protocol {

using problem::ErrorForms;

/// Simulates a row of cells, replicate by replicate. All cells share the draws: one chain of fits serves every n, one
/// factorisation every ridge.
class Simulation {
  public:
    /// d: directions that rows vary in. Cells whose mean is infinite are left NaN.
    Simulation(LevelledScheme scheme, Row row, double d, LabelNoise noise = LabelNoise::drawn,
               estimator::Factorisation factorisation = estimator::Factorisation::once);

    /// One replicate of every cell, for all levels of label noise that are wanted [ridges x generations].
    Table<ErrorForms> operator()(const Replicate& replicate) const;
    /// Several replicates, at most at_once(): each as by itself.
    std::vector<Table<ErrorForms>> operator()(std::span<const Replicate> replicates) const;
    /// Replicates that are simulated faster together than one by one.
    std::size_t at_once() const;

    /// Why a cell is not simulated, or none [ridges x generations].
    const Table<support::Reason>& reasons() const { return reasons_; }

    /// What a replicate costs where so many directions have another variance than the rest; NaN: rows that are not isotropic but for
    /// a few directions.
    Cost cost(double others) const;

  private:
    template <class Result, class FormOf>
    void enter(Table<ErrorForms>& errors, const Course& course, const Result& result, FormOf&& form_of) const;
    bool is_framed(const Course& course, std::size_t others) const;

    LevelledScheme scheme_;
    Row row_;
    double d_;
    Averaging averaging_;
    Index draws_;  ///< of the label noise, where that is not averaged over exactly
    estimator::Factorisation factorisation_;
    Table<support::Reason> reasons_;
    std::vector<Course> courses_;
};

}  // namespace collapse::protocol
