#include "abreast_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "collapse/protocol/structure.hpp"

namespace collapse::protocol {

using problem::Labels;
using support::Phase;

namespace {

constexpr double most_directions = 48;  // beyond, matrices of eight replicates leave the first caches

}  // namespace

bool is_abreast(const Course& course, double d) { return course.separate && course.positive && d <= most_directions; }

AbreastRun::AbreastRun(const Course& course, std::span<const Replicate> replicates,
                       const std::vector<std::vector<Vector>>& teachers, const ByLevel<bool>& wanted, Shared* shared)
    : course_(&course),
      replicates_(replicates),
      levels_(levels_in(wanted)),
      d_(replicates[0].model.eigenvalues.size()),
      eigenvalues_(d_, 1),
      truth_(d_, 1),
      teachers_(teachers[0].size(), LaneMatrix(d_, 1)),
      shared_(shared)
{
    for (Index lane = 0; lane < estimator::abreast; ++lane) {
        const std::size_t number =
            std::min(static_cast<std::size_t>(lane), replicates.size() - 1);  // the last one fills what is left
        eigenvalues_.put(lane, replicates[number].model.eigenvalues);
        truth_.put(lane, replicates[number].model.teacher);
        for (std::size_t k = 0; k < teachers_.size(); ++k) teachers_[k].put(lane, teachers[number][k]);
    }
}

AbreastRun::Result AbreastRun::operator()()
{
    for (std::size_t s = 0; s < course_->steps.size(); ++s) {
        take(course_->steps[s]);
        for (const double model : course_->endings[s].models) models_.erase(model);
    }
    return std::move(result_);
}

/// Models that do not depend on the ridge of the cell are the same in other courses.
void AbreastRun::take(const Step& step)
{
    const bool shares = shared_ != nullptr && step.narrow && course_->last_reference.contains(step.number);
    const auto known = shares ? shared_->find({step.number, step.history}) : Shared::iterator{};
    if (shares && known != shared_->end()) {
        models_[step.number] = known->second;
        enter(step, known->second);
        return;
    }
    if (step.way == Way::drawn) {
        Columns weights = drawn(step);
        enter(step, weights);
        if (course_->last_reference.contains(step.number)) models_[step.number] = std::move(weights);
    } else {
        fit(step);
    }
    if (shares && models_.contains(step.number)) (*shared_)[{step.number, step.history}] = models_.at(step.number);
}

std::optional<Index> AbreastRun::part_of(Level level) const
{
    const auto place = std::ranges::find(levels_, level);
    if (place == levels_.end()) return std::nullopt;
    return 1 + (place - levels_.begin());
}

/// An engine for every replicate.
std::vector<rng::Engine> AbreastRun::engines(const problem::Block& block) const
{
    std::vector<rng::Engine> result;
    result.reserve(replicates_.size());
    for (const Replicate& replicate : replicates_) result.push_back(replicate.draws.stream(Purpose::design, place_of(block)));
    return result;
}

/// Replicate::noise() of every replicate [count x 1].
LaneMatrix AbreastRun::noise(const problem::Block& block, double source, Index count) const
{
    LaneMatrix result(count, 1);
    for (std::size_t lane = 0; lane < replicates_.size(); ++lane)
        result.put(static_cast<Index>(lane), replicates_[lane].noise(block, source, count));
    return result;
}

/// The weights whose labels the fits of a step have, without noise of the labels' own.
AbreastRun::Columns AbreastRun::labelling_weights(const Step& step, Index ridges) const
{
    const auto fits = static_cast<Index>(step.fits.size()), parts = 1 + static_cast<Index>(levels_.size());
    Columns result{LaneMatrix(d_, parts * fits * ridges), fits, ridges};
    for (Index k = 0; k < fits; ++k) {
        const Labels& labels = step.fits[static_cast<std::size_t>(k)].uses[0].labels;
        for (Index r = 0; r < ridges; ++r) {
            const double truth = share_of_truth(labels);
            if (truth != 0) result.values.add(result.at(0, k, r), truth, truth_, 0);
            for (const Share& teacher : labels.teachers)
                if (teacher.share != 0)
                    result.values.add(result.at(0, k, r), teacher.share, teachers_[static_cast<std::size_t>(teacher.of)], 0);
            for (const Share& model : labels.models) {
                if (model.share == 0 || model.of < 0) continue;
                const Columns& before = models_.at(model.of);
                for (Index part = 0; part < parts; ++part)
                    result.values.add(result.at(part, k, r), model.share, before.values, before.at(part, 0, r));
            }
        }
    }
    return result;
}

/// Least squares passes on what labels it, and adds the fit of its noise: as Run::drawn().
AbreastRun::Columns AbreastRun::drawn(const Step& step)
{
    const problem::Block& block = step.fits[0].uses[0].block;
    Columns weights = labelling_weights(step, step.narrow ? 1 : static_cast<Index>(course_->ridges.size()));
    const std::vector<Level> levels = levels_of(step.fits);
    if (levels.empty()) return weights;
    const Replicate& first = replicates_[0];
    const LaneMatrix noise = first.meter.measure(Phase::sampling, [&] {
        std::vector<rng::Engine> own = engines(block);
        return estimator::least_squares_noises(first.covariates, own, first.model.eigenvalues, static_cast<Index>(block.rows),
                                               static_cast<Index>(levels.size()), first.choices);
    });
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const std::optional<Index> part = part_of(levels[i]);
        for (Index k = 0; part && k < weights.fits; ++k) {
            const double size = std::sqrt(noise_variance(step.fits[static_cast<std::size_t>(k)].uses[0].labels, levels[i]));
            for (Index r = 0; r < weights.ridges; ++r)
                weights.values.add(weights.at(*part, k, r), size, noise, static_cast<Index>(i));
        }
    }
    return weights;
}

/// 1. B = X' / sqrt(T) [d x m], labels y = B' w + noise
/// 2. for every ridge (B B' + ridge)^-1 B y, or B (B' B + ridge)^-1 y where rows are few
void AbreastRun::fit(const Step& step)
{
    const problem::Block& block = step.fits[0].uses[0].block;
    const Replicate& first = replicates_[0];
    const auto T = static_cast<Index>(block.rows), m = std::min(T, d_);
    const bool few = T < d_;
    const LaneMatrix B = first.meter.measure(Phase::sampling, [&] {
        std::vector<rng::Engine> own = engines(block);
        return estimator::designs(first.covariates, own, first.model.eigenvalues, T, first.choices);
    });
    const LaneMatrix K = first.meter.measure(Phase::factorisation, [&] {
        if (!few) return estimator::lower_outer_product(B);
        LaneMatrix gram(m, m);
        add_gram(gram, B);
        return gram;
    });

    const std::vector<double> ridges = ridge_values(*course_, step);
    const Columns weights = labelling_weights(step, step.narrow_labels ? 1 : static_cast<Index>(ridges.size()));
    LaneMatrix labels = transposed_product(B, weights.values, !few);
    std::map<double, LaneMatrix> drawn;
    for (Index k = 0; k < weights.fits; ++k)
        for (const problem::Noise& source : step.fits[static_cast<std::size_t>(k)].uses[0].labels.noise) {
            const std::optional<Index> part = part_of(source.level);
            if (!part || source.size == 0) continue;
            if (!drawn.contains(source.source)) drawn[source.source] = noise(block, source.source, m);
            for (Index r = 0; r < weights.ridges; ++r)
                labels.add(weights.at(*part, k, r), source.size / std::sqrt(block.rows), drawn[source.source], 0);
        }

    first.meter.measure(Phase::solves, [&] {
        // Labels that are the same for several generations are fitted once.
        std::vector<Index> distinct, number(static_cast<std::size_t>(labels.columns()));
        const Index parts = 1 + static_cast<Index>(levels_.size()), shared = weights.ridges;
        for (Index part = 0; part < parts; ++part)
            for (Index k = 0; k < weights.fits; ++k)
                for (Index r = 0; r < shared; ++r) {
                    const Index column = weights.at(part, k, r), before = k > 0 ? weights.at(part, k - 1, r) : column;
                    const bool again = k > 0 && labels.same(column, before);
                    number[static_cast<std::size_t>(column)] =
                        again ? number[static_cast<std::size_t>(before)] : static_cast<Index>(distinct.size());
                    if (!again) distinct.push_back(column);
                }
        LaneMatrix chosen(m, static_cast<Index>(distinct.size()));
        for (std::size_t j = 0; j < distinct.size(); ++j) chosen.add(static_cast<Index>(j), 1, labels, distinct[j]);
        const LaneMatrix right = few ? std::move(chosen) : product(B, chosen, true);

        const bool is_model = course_->last_reference.contains(step.number) && step.wants_weights;
        Columns model{LaneMatrix(d_, is_model ? parts * static_cast<Index>(ridges.size()) : 0), 1,
                      static_cast<Index>(ridges.size())};
        std::vector<std::vector<Forms>> forms(static_cast<std::size_t>(weights.fits));
        for (std::size_t r = 0; r < ridges.size(); ++r) {
            LaneMatrix factor = K, solved = right;
            cholesky(factor, ridges[r]);
            solve_lower(factor, solved);
            solve_upper(factor, solved);
            if (few) solved = product(B, solved);
            for (Index k = 0; k < weights.fits; ++k) {
                Parts columns{};
                for (std::size_t part = 0; part <= levels_.size(); ++part)
                    columns[part] =
                        number[static_cast<std::size_t>(weights.at(static_cast<Index>(part), k, static_cast<Index>(r)))];
                if (step.wants_errors) forms[static_cast<std::size_t>(k)].push_back(forms_of(solved, columns));
                for (Index part = 0; is_model && part < parts; ++part)
                    model.values.add(model.at(part, 0, static_cast<Index>(r)), 1, solved, columns[static_cast<std::size_t>(part)]);
            }
        }
        for (Index k = 0; step.wants_errors && k < weights.fits; ++k) enter(step, k, std::move(forms[static_cast<std::size_t>(k)]));
        if (is_model) models_[step.number] = std::move(model);
    });
}

/// Errors of weights of which the first column is noise-free and the others are what noise of each level adds.
AbreastRun::Forms AbreastRun::forms_of(const LaneMatrix& weights, const Parts& columns) const
{
    Lanes bias = Lanes::Zero();
    for (Index i = 0; i < d_; ++i) bias += eigenvalues_(i, 0) * (weights(i, columns[0]) - truth_(i, 0)).square();
    Forms forms{bias, {Forms::Numbers::Zero(), Forms::Numbers::Zero()}};
    for (std::size_t part = 0; part < levels_.size(); ++part) {
        Lanes variance = Lanes::Zero();
        for (Index i = 0; i < d_; ++i) variance += eigenvalues_(i, 0) * weights(i, columns[1 + part]).square();
        forms.variance[number_of(levels_[part])] = variance;
    }
    return forms;
}

void AbreastRun::enter(const Step& step, const Columns& weights)
{
    for (Index k = 0; step.wants_errors && k < weights.fits; ++k) {
        std::vector<Forms> forms;
        for (Index r = 0; r < weights.ridges; ++r) {
            Parts columns{};
            for (std::size_t part = 0; part <= levels_.size(); ++part) columns[part] = weights.at(static_cast<Index>(part), k, r);
            forms.push_back(forms_of(weights.values, columns));
        }
        enter(step, k, std::move(forms));
    }
}

void AbreastRun::enter(const Step& step, Index k, std::vector<Forms> forms)
{
    if (!is_evaluation(*course_, step)) result_.fits[step.number] = forms;
    if (!step.n.empty()) result_.evaluated[step.n[static_cast<std::size_t>(k)]] = std::move(forms);
}

}  // namespace collapse::protocol
