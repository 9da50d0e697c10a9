#include <cmath>
#include <numeric>

#include <boost/random/uniform_int_distribution.hpp>

#include "run.hpp"

// Fits on some of the rows of their blocks.
namespace collapse::protocol {

namespace {

/// `count` of the numbers 0 .. total - 1, by the first steps of a random permutation [Fisher, Yates].
std::vector<Index> chosen_numbers(rng::Engine& engine, std::size_t total, std::size_t count)
{
    std::vector<Index> numbers(total);
    std::iota(numbers.begin(), numbers.end(), Index{0});
    if (count >= total) return numbers;
    for (std::size_t i = 0; i < count; ++i)
        std::swap(numbers[i], numbers[boost::random::uniform_int_distribution<std::size_t>(i, total - 1)(engine)]);
    numbers.resize(count);
    return numbers;
}

struct Pick {
    std::size_t use;
    Index row;
};

/// The rows that take part: `subsample` of all of them, or a share of each use. Blocks that take part whole may be compressed, to
/// `counts` rows.
std::vector<Pick> picks_of(const Fit& fit, const std::vector<Index>& counts, const rng::Draws& draws, double number,
                           bool evaluation)
{
    std::vector<Pick> all, picks;
    const auto stream = [&](std::size_t use) {
        return draws.stream(rng::Purpose::subsample, {evaluation ? 1U : 0U, static_cast<std::uint64_t>(number), use});
    };
    for (std::size_t b = 0; b < fit.uses.size(); ++b) {
        std::vector<Pick>& whole = fit.subsample > 0 ? all : picks;
        if (fit.subsample > 0 || fit.uses[b].share == 1) {
            for (Index i = 0; i < counts[b]; ++i) whole.push_back({b, i});
            continue;
        }
        rng::Engine engine = stream(b);
        const auto count = static_cast<std::size_t>(std::round(fit.uses[b].share * fit.uses[b].block.rows));
        for (const Index row : chosen_numbers(engine, static_cast<std::size_t>(counts[b]), count)) picks.push_back({b, row});
    }
    if (fit.subsample == 0) return picks;
    rng::Engine engine = stream(0);
    for (const Index i : chosen_numbers(engine, all.size(), static_cast<std::size_t>(fit.subsample)))
        picks.push_back(all[static_cast<std::size_t>(i)]);
    return picks;
}

}  // namespace

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
    return {stack.fit(ridge_values(step), stack.extended(Matrix(0, parts_ * fits * ridges), sums)), fits, ridges};
}

}  // namespace collapse::protocol
