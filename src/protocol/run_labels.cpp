#include <cmath>

#include "collapse/estimator/ridge.hpp"
#include "collapse/numerics/lapack.hpp"
#include "run.hpp"

// How rows come and are labelled in one course of one replicate.
namespace collapse::protocol {

using problem::Labels;

/// One ridge of its own, and no other fit: Cholesky. Which way is taken never depends on the ridges of the row, so that more of
/// them change no number.
std::shared_ptr<const Solver> Run::solver_for(const Step& step) const
{
    using estimator::RidgeFit;
    const problem::Block& block = step.fits[0].uses[0].block;
    estimator::Design design = replicate_->design(block, eigenvalues_of(block, *replicate_, *spectra_));
    const bool one = step.without_ridge || (!step.fits[0].swept && step.exclusive);
    if (one || factorisation_ == estimator::Factorisation::per_ridge) {
        const auto ridges = one ? RidgeFit::Ridges::one : step.exclusive ? RidgeFit::Ridges::each_once : RidgeFit::Ridges::again;
        return std::make_shared<RidgeFit>(std::move(design), ridges, replicate_->meter);
    }
    if (design.rows.cols() >= estimator::RidgeBand::band_from)
        return std::make_shared<estimator::RidgeBand>(std::move(design), replicate_->meter);
    return std::make_shared<estimator::RidgePath>(std::move(design), replicate_->meter);
}

const Vector& eigenvalues_of(const problem::Block& block, const Replicate& replicate, const std::vector<Vector>& spectra)
{
    return block.spectrum == 0 ? replicate.model.eigenvalues : spectra[static_cast<std::size_t>(block.spectrum - 1)];
}

Run::Rows& Run::rows_for(const problem::Block& block, const Step& step)
{
    const auto found = rows_.find(key_of(block));
    if (found != rows_.end()) return found->second;
    Rows rows;
    if (step.way == Way::alone) rows.solver = solver_for(step);
    else if (course_->drawn_by_rows.contains(key_of(block)))
        rows.design = replicate_->rows(block, eigenvalues_of(block, *replicate_, *spectra_));
    else rows.design = replicate_->design(block, eigenvalues_of(block, *replicate_, *spectra_));
    return rows_.emplace(key_of(block), std::move(rows)).first->second;
}

Matrix Run::labels_of_weights(const Rows& rows, const Matrix& weights) const
{
    if (rows.solver) return rows.solver->labels(weights);
    return replicate_->meter.measure(support::Phase::solves,
                                     [&] { return numerics::multiply_transposed(rows.design.rows, weights); });
}

const Matrix& Run::labels_of_truth(Rows& rows)
{
    if (!rows.truth) rows.truth = labels_of_weights(rows, replicate_->model.teacher);
    return *rows.truth;
}

std::vector<const Labels*> Run::labels_in(const Step& step, std::size_t use) const
{
    std::vector<const Labels*> labels;
    for (const Fit& fit : step.fits) labels.push_back(&fit.uses[use].labels);
    return labels;
}

/// Adds the weights, other than the truth, whose labels these are, without models on `own_rows`. Returns whether there are any.
bool Run::add_sources(const std::vector<const Labels*>& labels, const Solver* own_rows, Columns& weights)
{
    bool any = false;
    for (Index k = 0; k < weights.fits; ++k) {
        for (const Share& share : labels[static_cast<std::size_t>(k)]->models) {
            if (share.share == 0 || share.of < 0 || is_on(own_rows, share.of)) continue;
            weights.add(k, share.share, weights_of(share.of));
            any = true;
        }
        for (const Share& share : labels[static_cast<std::size_t>(k)]->teachers) {
            if (share.share == 0) continue;
            for (Index r = 0; r < weights.ridges; ++r)
                weights.signal().col(k * weights.ridges + r) += share.share * (*teachers_)[static_cast<std::size_t>(share.of)];
            any = true;
        }
    }
    return any;
}

void Run::add_truth(const std::vector<const Labels*>& labels, const Eigen::Ref<const Vector>& truth, Columns& columns)
{
    for (Index k = 0; k < columns.fits; ++k) {
        const double share = share_of_truth(*labels[static_cast<std::size_t>(k)]);
        for (Index r = 0; r < columns.ridges && share != 0; ++r) columns.signal().col(k * columns.ridges + r) += share * truth;
    }
}

bool Run::is_on(const Solver* rows, double fit) { return rows != nullptr && model(fit).solver.get() == rows; }

/// What a model on the same rows labels them, without its weights.
Columns Run::relabelled(const Model& model) const
{
    Columns result = Columns::zero(model.solver->label_count(), parts_, 1, static_cast<Index>(model.ridges.size()));
    for (std::size_t r = 0; r < model.ridges.size(); ++r) {
        const auto ridge = static_cast<Index>(r);
        result.set_ridge(ridge, model.solver->relabelled(model.ridges[r], model.labels.of_ridge(ridge)));
    }
    return result;
}

/// 1. weights that label the rows, in one product; the truth alone is labelled once
/// 2. models on the same rows: from their labels, without weights
/// 3. labels that are kept; noise
Columns Run::labels_of(const Step& step, std::size_t use, Rows& rows)
{
    const std::vector<const Labels*> labels = labels_in(step, use);
    const auto fits = static_cast<Index>(step.fits.size());
    const Index ridges = step.narrow_labels ? 1 : static_cast<Index>(course_->ridges.size());
    const problem::Block& block = step.fits[0].uses[use].block;

    Columns weights = Columns::zero(replicate_->model.teacher.size(), parts_, fits, ridges), result;
    if (add_sources(labels, rows.solver.get(), weights)) {
        add_truth(labels, replicate_->model.teacher, weights);
        result = {labels_of_weights(rows, weights.values), fits, ridges};
    } else {
        result = Columns::zero(rows.count(), parts_, fits, ridges);
        add_truth(labels, labels_of_truth(rows).col(0), result);
    }
    for (Index k = 0; k < fits; ++k) {
        const Labels& own = *labels[static_cast<std::size_t>(k)];
        for (const Share& share : own.models)
            if (share.share != 0 && share.of >= 0 && is_on(rows.solver.get(), share.of))
                result.add(k, share.share, relabelled(model(share.of)));
        for (const Share& share : own.kept)
            if (share.share != 0) result.add(k, share.share, kept_.at({key_of(block), step.fits[0].uses[use].copy, share.of}));
    }
    std::map<double, Matrix> drawn;
    for (Index k = 0; k < fits; ++k)
        for (const problem::Noise& noise : labels[static_cast<std::size_t>(k)]->noise) {
            const std::optional<Index> first = first_part(noise.level);
            if (!first || noise.size == 0) continue;
            if (!drawn.contains(noise.source)) drawn[noise.source] = replicate_->noise(block, noise.source, rows.count(), draws_);
            for (Index draw = 0; draw < draws_; ++draw)
                for (Index r = 0; r < ridges; ++r)
                    result.values.col(result.at(*first + draw, k, r)) +=
                        noise.size * rows.noise_scale() * drawn[noise.source].col(draw);
        }
    const LabelKey key{key_of(block), step.fits[0].uses[use].copy, step.number};
    if (course_->last_kept.contains(key)) kept_[key] = result;
    return result;
}

}  // namespace collapse::protocol
