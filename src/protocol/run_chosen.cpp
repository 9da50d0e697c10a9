#include <cmath>

#include "picks.hpp"
#include "run.hpp"

// Fits on some of the rows of their blocks.
namespace collapse::protocol {

/// A row that is chosen several times, with labels of its own each time, counts once, with the sum of the weights and the weighted
/// mean of its labels: that leaves every fit as it is and the minimum-norm fit defined.
Columns Run::chosen(const Step& step)
{
    const Fit& fit = step.fits[0];
    const auto fits = static_cast<Index>(step.fits.size());
    const Index d = replicate_->model.teacher.size(), ridges = ridges_of(step);
    std::vector<Columns> labels;
    std::vector<const Rows*> rows;
    std::vector<Index> counts;
    for (std::size_t b = 0; b < fit.uses.size(); ++b) {
        Rows& own = rows_for(fit.uses[b].block, step);
        labels.push_back(widened(labels_of(step, b, own), ridges));
        rows.push_back(&own);
        counts.push_back(own.count());
    }

    struct DifferentRow {
        const Rows* block;
        Index row;
        double weight = 0;  ///< of the row divided by the root of its block's number of rows
        std::vector<Pick> picks{};
    };
    std::map<std::pair<BlockKey, Index>, DifferentRow> different;
    for (const Pick& pick : picks_of(fit, counts, replicate_->draws, step.number, is_evaluation(*course_, step))) {
        const Use& use = fit.uses[pick.use];
        DifferentRow& row =
            different.try_emplace({key_of(use.block), pick.row}, DifferentRow{rows[pick.use], pick.row}).first->second;
        row.weight += use.weight * use.block.rows;
        row.picks.push_back(pick);
    }
    estimator::Design design{Matrix(d, static_cast<Index>(different.size())), 1, false};
    Matrix sums = Matrix::Zero(static_cast<Index>(different.size()), parts_ * fits * ridges);
    Index place = 0;
    for (const auto& [key, row] : different) {
        const double root = std::sqrt(row.weight);
        design.rows.col(place) = root * row.block->design.rows.col(row.row);
        for (const Pick& pick : row.picks)
            sums.row(place) +=
                fit.uses[pick.use].weight * fit.uses[pick.use].block.rows / root * labels[pick.use].values.row(pick.row);
        ++place;
    }
    estimator::Stack stack(d, replicate_->meter);
    stack.add(std::move(design), 1);
    const Matrix right_hand_sides = stack.extended(Matrix(0, parts_ * fits * ridges), sums);
    return {stack.fit(ridge_values(*course_, step), right_hand_sides, factorisation_), fits, ridges};
}

}  // namespace collapse::protocol
