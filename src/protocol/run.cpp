#include "run.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/estimator/ridge.hpp"
#include "collapse/numerics/lapack.hpp"

namespace collapse::protocol {

using problem::Labels;

void Columns::add(Index k, double share, const Columns& other)
{
    for (Index r = 0; r < ridges; ++r) {
        const Index from = other.ridges == 1 ? 0 : r, to = k * ridges + r;
        values.col(to) += share * other.values.col(from);
        values.col(size() + to) += share * other.values.col(other.size() + from);
    }
}

Matrix Columns::of_ridge(Index r) const
{
    if (ridges == 1) return values;
    Matrix result(values.rows(), 2 * fits);
    for (Index k = 0; k < 2 * fits; ++k) result.col(k) = values.col(k * ridges + r);
    return result;
}

Columns widened(const Columns& narrow, Index ridges)
{
    if (narrow.ridges == ridges) return narrow;
    Columns wide{Matrix(narrow.values.rows(), 2 * narrow.fits * ridges), narrow.fits, ridges};
    for (Index k = 0; k < 2 * narrow.fits; ++k)
        wide.values.middleCols(k * ridges, ridges).colwise() = narrow.values.col(k);
    return wide;
}


Model Model::of(Columns weights)
{
    Model model;
    model.weights = std::move(weights);
    return model;
}

double Run::Rows::noise_scale() const { return solver ? solver->noise_scale() : 1 / std::sqrt(design.T); }

Index Run::Rows::count() const { return solver ? solver->label_count() : design.rows.cols(); }

Run::Run(const Course& course, const Replicate& replicate, const std::vector<Vector>& spectra, const std::vector<Vector>& teachers,
         Shared* shared)
    : course_(&course), replicate_(&replicate), spectra_(&spectra), teachers_(&teachers), shared_(shared)
{
}

Run::Result Run::operator()()
{
    for (std::size_t s = 0; s < course_->steps.size(); ++s) {
        take(course_->steps[s]);
        forget_after(s);
    }
    evaluate_postponed();
    return std::move(result_);
}

void Run::take(const Step& step)
{
    const bool relabels = step.way == Way::alone && !step.exclusive;  // its own rows, in the coordinates of their solver
    const bool shared = shared_ != nullptr && step.narrow && !relabels && !is_evaluation(step) && !keeps_labels(step);
    if (const auto known = shared ? shared_->find({step.number, step.history}) : Shared::iterator{}; shared && known != shared_->end()) {
        models_[step.number] = known->second;
        if (step.wants_errors) enter(step, weights_of(step.number));
        return;
    }
    switch (step.way) {
        case Way::drawn: keep(step, Model::of(drawn(step))); break;
        case Way::alone: alone(step); break;
        case Way::stacked: keep(step, Model::of(stacked(step))); break;
        case Way::chosen: keep(step, Model::of(chosen(step))); break;
    }
    if (shared && models_.contains(step.number)) (*shared_)[{step.number, step.history}] = models_.at(step.number);
}

/// Whether later fits keep labels that are made here.
bool Run::keeps_labels(const Step& step) const
{
    return std::ranges::any_of(step.fits[0].uses, [&](const Use& use) {
        return course_->last_kept.contains({key_of(use.block), use.copy, step.number});
    });
}

void Run::forget_after(std::size_t step)
{
    std::erase_if(rows_, [&](const auto& entry) { return course_->last_use.at(entry.first) <= step; });
    std::erase_if(kept_, [&](const auto& entry) { return course_->last_kept.at(entry.first) <= step; });
    std::erase_if(models_, [&](const auto& entry) {
        const auto last = course_->last_reference.find(entry.first);
        return last == course_->last_reference.end() || last->second <= step;
    });
}

/// An evaluated model is used by no other, so only its errors are kept.
void Run::keep(const Step& step, Model model)
{
    if (!is_evaluation(step) && step.wants_weights) {
        models_[step.number] = std::move(model);
        const Columns& weights = weights_of(step.number);
        if (step.wants_errors) enter(step, weights);
        if (step.exclusive) models_[step.number].solver.reset();
        return;
    }
    if (step.wants_errors && model.weights) enter(step, *model.weights);
    if (step.wants_errors && !model.weights) postponed_.push_back({&step, model});
    if (!is_evaluation(step) && course_->last_reference.contains(step.number)) models_[step.number] = std::move(model);
}

/// Whether it is of models that are evaluated and used by no other, as opposed to fit number `step.number`.
bool Run::is_evaluation(const Step& step) const
{
    return &step != course_->steps.data() + static_cast<std::ptrdiff_t>(step.number);
}

void Run::enter(const Step& step, const Columns& weights)
{
    for (Index k = 0; k < weights.fits; ++k) {
        std::vector<Errors> errors;
        for (Index r = 0; r < weights.ridges; ++r)
            errors.push_back(replicate_->errors(weights.values.col(k * weights.ridges + r),
                                                weights.values.col(weights.size() + k * weights.ridges + r)));
        if (!is_evaluation(step)) result_.fits[step.number] = errors;
        if (!step.n.empty()) result_.evaluated[step.n[static_cast<std::size_t>(k)]] = std::move(errors);
    }
}

/// One product for each ridge serves all fits on the same rows with the same ridges.
void Run::evaluate_postponed()
{
    while (!postponed_.empty()) {
        const std::shared_ptr<const Solver> solver = postponed_.front().model.solver;
        const std::vector<double> ridges = postponed_.front().model.ridges;
        const auto others = std::stable_partition(postponed_.begin(), postponed_.end(), [&](const Postponed& entry) {
            return entry.model.solver == solver && entry.model.ridges == ridges;
        });
        std::vector<Columns> weights;
        Index columns = 0;
        for (auto entry = postponed_.begin(); entry != others; ++entry) {
            const Index fits = entry->model.labels.fits;
            weights.push_back(Columns::zero(replicate_->model.teacher.size(), fits, static_cast<Index>(ridges.size())));
            columns += 2 * fits;
        }
        for (std::size_t r = 0; r < ridges.size(); ++r) {
            Matrix labels(solver->label_count(), columns);
            Index place = 0;
            for (auto entry = postponed_.begin(); entry != others; ++entry) {
                const Matrix own = entry->model.labels.of_ridge(static_cast<Index>(r));
                labels.middleCols(place, own.cols()) = own;
                place += own.cols();
            }
            const Matrix fitted = solver->fit(ridges[r], std::move(labels));
            place = 0;
            for (Columns& own : weights)
                for (Index k = 0; k < 2 * own.fits; ++k) own.values.col(k * own.ridges + static_cast<Index>(r)) = fitted.col(place++);
        }
        for (auto entry = postponed_.begin(); entry != others; ++entry)
            enter(*entry->step, weights[static_cast<std::size_t>(entry - postponed_.begin())]);
        postponed_.erase(postponed_.begin(), others);
    }
}

Model& Run::model(double fit) { return models_.at(fit); }

/// Weights that are wanted are computed once; their rows are then no longer needed.
const Columns& Run::weights_of(double fit)
{
    Model& known = model(fit);
    if (known.weights) return *known.weights;
    Columns weights = Columns::zero(replicate_->model.teacher.size(), 1, static_cast<Index>(known.ridges.size()));
    for (std::size_t r = 0; r < known.ridges.size(); ++r) {
        const Matrix fitted = known.solver->fit(known.ridges[r], known.labels.of_ridge(static_cast<Index>(r)));
        for (Index part = 0; part < 2; ++part) weights.values.col(part * weights.ridges + static_cast<Index>(r)) = fitted.col(part);
    }
    known.weights = std::move(weights);
    return *known.weights;
}

std::vector<double> Run::ridge_values(const Step& step) const
{
    std::vector<double> ridges;
    for (const std::size_t i : course_->ridges) ridges.push_back(step.fits[0].ridges[i]);
    if (step.narrow) ridges.resize(1);
    return ridges;
}

/// Least squares passes on what labels it, and adds the fit of its noise.
Columns Run::drawn(const Step& step)
{
    const problem::Block& block = step.fits[0].uses[0].block;
    const auto fits = static_cast<Index>(step.fits.size());
    Columns weights = Columns::zero(replicate_->model.teacher.size(), fits, ridges_of(step));
    const std::vector<const Labels*> labels = labels_in(step, 0);
    add_sources(labels, nullptr, weights);
    add_truth(labels, replicate_->model.teacher, weights);
    Vector noise;
    for (Index k = 0; k < fits; ++k) {
        double size = 0;
        for (const problem::Noise& source : labels[static_cast<std::size_t>(k)]->noise) size = std::hypot(size, source.size);
        if (size == 0) continue;
        if (noise.size() == 0)
            noise = replicate_->least_squares_noise(block, eigenvalues_of(block));
        for (Index r = 0; r < weights.ridges; ++r) weights.noise().col(k * weights.ridges + r) += size * noise;
    }
    return weights;
}

void Run::alone(const Step& step)
{
    Rows& rows = rows_for(step.fits[0].uses[0].block, step);
    Columns labels = labels_of(step, 0, rows);
    keep(step, {rows.solver, ridge_values(step), std::move(labels), std::nullopt});
}

/// All rows of the fit with the square roots of their weights; a fit that extends the one before goes on with its stack.
Columns Run::stacked(const Step& step)
{
    const Fit& fit = step.fits[0];
    const Index d = replicate_->model.teacher.size(), ridges = ridges_of(step);
    std::size_t first = 0;
    if (step.extends) {
        const auto& before = course_->steps[static_cast<std::size_t>(step.number) - 1].fits[0].uses;
        first = before.size();
        stack_scale_ *= before[0].weight / fit.uses[0].weight;
    } else {
        stack_.emplace(d, replicate_->meter);
        stack_scale_ = 1;
        right_hand_sides_.resize(0, 2 * static_cast<Index>(step.fits.size()) * ridges);
    }
    for (std::size_t b = first; b < fit.uses.size(); ++b) {
        const problem::Block& block = fit.uses[b].block;
        Rows& rows = rows_for(block, step);
        const Columns labels = widened(labels_of(step, b, rows), ridges);
        const bool last = course_->last_use.at(key_of(block)) <= static_cast<std::size_t>(&step - course_->steps.data());
        stack_->add(last && b + 1 == fit.uses.size() ? std::move(rows.design) : rows.design,
                    stack_scale_ * fit.uses[b].weight * block.rows);
        right_hand_sides_ = stack_->extended(right_hand_sides_, labels.values);
    }
    std::vector<double> values = ridge_values(step);
    for (double& ridge : values) ridge *= stack_scale_;
    return {stack_->fit(values, right_hand_sides_), static_cast<Index>(step.fits.size()), ridges};
}

}  // namespace collapse::protocol
