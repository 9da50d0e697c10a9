#include "run.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/estimator/ridge.hpp"
#include "collapse/numerics/lapack.hpp"

namespace collapse::protocol {

using problem::Labels;

void Columns::add(Index k, double share, const Columns& other)
{
    for (Index part = 0; part < parts(); ++part)
        for (Index r = 0; r < ridges; ++r)
            values.col(at(part, k, r)) += share * other.values.col(other.at(part, 0, other.ridges == 1 ? 0 : r));
}

Matrix Columns::of_ridge(Index r) const
{
    if (ridges == 1) return values;
    Matrix result(values.rows(), parts() * fits);
    for (Index k = 0; k < result.cols(); ++k) result.col(k) = values.col(k * ridges + r);
    return result;
}

void Columns::set_ridge(Index r, const Eigen::Ref<const Matrix>& columns)
{
    for (Index k = 0; k < columns.cols(); ++k) values.col(k * ridges + r) = columns.col(k);
}

Columns widened(const Columns& narrow, Index ridges)
{
    if (narrow.ridges == ridges) return narrow;
    Columns wide{Matrix(narrow.values.rows(), narrow.values.cols() * ridges), narrow.fits, ridges};
    for (Index k = 0; k < narrow.values.cols(); ++k) wide.values.middleCols(k * ridges, ridges).colwise() = narrow.values.col(k);
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
         const ByLevel<bool>& wanted, Index draws, estimator::Factorisation factorisation, Shared* shared)
    : course_(&course),
      replicate_(&replicate),
      spectra_(&spectra),
      teachers_(&teachers),
      wanted_(wanted),
      draws_(draws),
      parts_(1 + draws * std::ranges::count(wanted, true)),
      factorisation_(factorisation),
      shared_(shared)
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
    const bool shared = shared_ != nullptr && step.narrow && !relabels && !is_evaluation(*course_, step) && !keeps_labels(step);
    if (const auto known = shared ? shared_->find({step.number, step.history}) : Shared::iterator{};
        shared && known != shared_->end()) {
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
    const Ending& ending = course_->endings[step];
    for (const BlockKey& block : ending.blocks) rows_.erase(block);
    for (const LabelKey& label : ending.labels) kept_.erase(label);
    for (const double fit : ending.models) models_.erase(fit);
}

/// An evaluated model is used by no other, so only its errors are kept.
void Run::keep(const Step& step, Model model)
{
    if (!is_evaluation(*course_, step) && step.wants_weights) {
        models_[step.number] = std::move(model);
        const Columns& weights = weights_of(step.number);
        if (step.wants_errors) enter(step, weights);
        if (step.exclusive) models_[step.number].solver.reset();
        return;
    }
    if (step.wants_errors && model.weights) enter(step, *model.weights);
    if (step.wants_errors && !model.weights) postponed_.push_back({&step, model});
    if (!is_evaluation(*course_, step) && course_->last_reference.contains(step.number)) models_[step.number] = std::move(model);
}

/// The number of the part that the first draw of noise of this level causes; none if nobody wants it.
std::optional<Index> Run::first_part(Level level) const
{
    const auto own = wanted_.begin() + static_cast<std::ptrdiff_t>(number_of(level));
    if (!*own) return std::nullopt;
    return 1 + draws_ * std::count(wanted_.begin(), own, true);
}

/// Errors of weights of which column(0) is noise-free and the others are what each draw of the noise adds: means over the draws.
template <class Column>
ErrorForm Run::form_of(Column&& column) const
{
    ErrorForm mean{.bias = replicate_->bias(column(0))};
    for (const Level level : {Level::sigma, Level::sigma0}) {
        const std::optional<Index> first = first_part(level);
        if (!first) continue;
        double& variance = mean.variance[number_of(level)];
        for (Index draw = 0; draw < draws_; ++draw) variance += replicate_->power(column(*first + draw));
        variance /= static_cast<double>(draws_);
    }
    return mean;
}

void Run::enter(const Step& step, const Columns& weights)
{
    for (Index k = 0; k < weights.fits; ++k) {
        std::vector<ErrorForm> errors;
        for (Index r = 0; r < weights.ridges; ++r)
            errors.push_back(form_of([&](Index part) { return weights.values.col(weights.at(part, k, r)); }));
        enter(step, k, std::move(errors));
    }
}

/// Errors of fit number k of a step, one a ridge.
void Run::enter(const Step& step, Index k, std::vector<ErrorForm> errors)
{
    if (!is_evaluation(*course_, step)) result_.fits[step.number] = errors;
    if (!step.n.empty()) result_.evaluated[step.n[static_cast<std::size_t>(k)]] = std::move(errors);
}

namespace {

constexpr Index most_columns = 512;  ///< of one product

/// For every column of labels the number of the first one like it in its part: noise-free labels are the same for all generations
/// where least squares passes the truth on, and what is caused by noise of their own is, where they are fitted on the same rows.
std::vector<Index> first_alike(const std::vector<const Columns*>& labels, Index ridge)
{
    std::vector<Index> numbers;
    for (const Columns* own : labels) {
        const Index r = own->ridges == 1 ? 0 : ridge, first = static_cast<Index>(numbers.size());
        for (Index k = 0; k < own->parts() * own->fits; ++k) {
            const bool has_before = k % own->fits > 0;
            const auto column = [&](Index number) { return own->values.col(number * own->ridges + r); };
            const bool again = has_before && column(k) == column(k - 1);
            numbers.push_back(again ? numbers.back() : first + k);
        }
    }
    return numbers;
}

}  // namespace

/// One product for several ridges serves all fits on the same rows with the same ridges.
void Run::evaluate_postponed()
{
    while (!postponed_.empty()) {
        const std::shared_ptr<const Solver> solver = postponed_.front().model.solver;
        const std::vector<double> ridges = postponed_.front().model.ridges;
        const auto others = std::stable_partition(postponed_.begin(), postponed_.end(), [&](const Postponed& entry) {
            return entry.model.solver == solver && entry.model.ridges == ridges;
        });
        std::vector<const Columns*> labels;
        for (auto entry = postponed_.begin(); entry != others; ++entry) labels.push_back(&entry->model.labels);
        std::vector<std::vector<ErrorForm>> errors;  // of every fit of every entry, [ridges]
        for (const Columns* own : labels) errors.resize(errors.size() + static_cast<std::size_t>(own->fits));
        std::vector<Matrix> solved;               // of ridges whose product is yet to come
        std::vector<std::vector<Index>> numbers;  // where their columns are in `solved`
        Index columns = 0;
        const auto multiply = [&] {
            Matrix all(solver->label_count(), columns);
            for (Index place = 0; const Matrix& own : solved) {
                all.middleCols(place, own.cols()) = own;
                place += own.cols();
            }
            const Matrix weights = solver->weights(all);
            for (Index before = 0; const Matrix& own : solved) {
                const Index* number = numbers[static_cast<std::size_t>(&own - solved.data())].data();
                for (auto to = errors.begin(); const Columns* entry : labels) {
                    for (Index k = 0; k < entry->fits; ++k)
                        (to++)->push_back(
                            form_of([&](Index part) { return weights.col(before + number[part * entry->fits + k]); }));
                    number += parts_ * entry->fits;
                }
                before += own.cols();
            }
            solved.clear();
            numbers.clear();
            columns = 0;
        };
        for (std::size_t r = 0; r < ridges.size(); ++r) {
            const std::vector<Index> alike = first_alike(labels, static_cast<Index>(r));
            std::vector<Index> number;
            Matrix distinct(solver->label_count(), static_cast<Index>(alike.size()));
            Index count = 0;
            for (Index column = 0; const Columns* own : labels)
                for (Index k = 0; k < own->parts() * own->fits; ++k, ++column) {
                    const bool is_new = alike[static_cast<std::size_t>(column)] == column;
                    number.push_back(is_new ? count : number.back());
                    if (is_new)
                        distinct.col(count++) = own->values.col(k * own->ridges + (own->ridges == 1 ? 0 : static_cast<Index>(r)));
                }
            solved.push_back(solver->solved(ridges[r], distinct.leftCols(count)));
            numbers.push_back(std::move(number));
            columns += count;
            if (columns >= most_columns || r + 1 == ridges.size()) multiply();
        }
        auto next = errors.begin();
        for (auto entry = postponed_.begin(); entry != others; ++entry)
            for (Index k = 0; k < entry->model.labels.fits; ++k) enter(*entry->step, k, std::move(*next++));
        postponed_.erase(postponed_.begin(), others);
    }
}

Model& Run::model(double fit) { return models_.at(fit); }

/// Weights that are wanted are computed once; their rows are then no longer needed.
const Columns& Run::weights_of(double fit)
{
    Model& known = model(fit);
    if (known.weights) return *known.weights;
    Columns weights = Columns::zero(replicate_->model.teacher.size(), parts_, 1, static_cast<Index>(known.ridges.size()));
    for (std::size_t r = 0; r < known.ridges.size(); ++r) {
        const auto ridge = static_cast<Index>(r);
        weights.set_ridge(ridge, known.solver->fit(known.ridges[r], known.labels.of_ridge(ridge)));
    }
    known.weights = std::move(weights);
    return *known.weights;
}

/// Least squares passes on what labels it, and adds the fit of its noise.
Columns Run::drawn(const Step& step)
{
    const problem::Block& block = step.fits[0].uses[0].block;
    const auto fits = static_cast<Index>(step.fits.size());
    Columns weights = Columns::zero(replicate_->model.teacher.size(), parts_, fits, ridges_of(step));
    const std::vector<const Labels*> labels = labels_in(step, 0);
    add_sources(labels, nullptr, weights);
    add_truth(labels, replicate_->model.teacher, weights);
    const std::vector<Level> levels = levels_of(step.fits);  // wanted or not: which draws are whose must not depend on that
    if (levels.empty()) return weights;
    const Matrix noise = replicate_->least_squares_noise(block, eigenvalues_of(block, *replicate_, *spectra_),
                                                         static_cast<Index>(levels.size()) * draws_);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const std::optional<Index> first = first_part(levels[i]);
        for (Index k = 0; first && k < fits; ++k) {
            const double size = std::sqrt(noise_variance(*labels[static_cast<std::size_t>(k)], levels[i]));
            for (Index draw = 0; draw < draws_; ++draw)
                for (Index r = 0; r < weights.ridges; ++r)
                    weights.values.col(weights.at(*first + draw, k, r)) += size * noise.col(static_cast<Index>(i) * draws_ + draw);
        }
    }
    return weights;
}

void Run::alone(const Step& step)
{
    Rows& rows = rows_for(step.fits[0].uses[0].block, step);
    Columns labels = labels_of(step, 0, rows);
    keep(step, {rows.solver, ridge_values(*course_, step), std::move(labels), std::nullopt});
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
        right_hand_sides_.resize(0, parts_ * static_cast<Index>(step.fits.size()) * ridges);
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
    std::vector<double> values = ridge_values(*course_, step);
    for (double& ridge : values) ridge *= stack_scale_;
    return {stack_->fit(values, right_hand_sides_, factorisation_), static_cast<Index>(step.fits.size()), ridges};
}

}  // namespace collapse::protocol
