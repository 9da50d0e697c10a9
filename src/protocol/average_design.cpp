#include <algorithm>
#include <cmath>

#include "average.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/protocol/structure.hpp"

namespace collapse::protocol {

using problem::Labels;

namespace {

estimator::SpectralFit spectral_fit_of(const Course& course, const Replicate& replicate, const std::vector<Vector>& spectra)
{
    const problem::Block& block = course.steps[0].fits[0].uses[0].block;
    const Vector& eigenvalues =
        block.spectrum == 0 ? replicate.model.eigenvalues : spectra[static_cast<std::size_t>(block.spectrum - 1)];
    std::vector<estimator::Design> design{replicate.design(block, eigenvalues)};
    return {std::move(design), {1}, replicate.meter};
}

}  // namespace

DesignRun::DesignRun(const Course& course, const Replicate& replicate, const std::vector<Vector>& spectra,
                     const std::vector<Vector>& teachers)
    : course_(&course),
      replicate_(&replicate),
      teachers_(&teachers),
      rows_(spectral_fit_of(course, replicate, spectra)),
      scale_(1 / std::sqrt(course.steps[0].fits[0].uses[0].block.rows)),
      weight_of_direction_(rows_.directions().cwiseAbs2().transpose() * replicate.model.eigenvalues)
{
    for (std::size_t s = 0; s < course.steps.size(); ++s)
        for (const Fit& fit : course.steps[s].fits) {
            const Labels& labels = fit.uses[0].labels;
            for (const Share& share : labels.models)
                if (share.of >= 0) last_use_[{false, share.of}] = s;
            for (const Share& share : labels.kept) last_use_[{false, share.of}] = s;
            for (const problem::Noise& noise : labels.noise) last_use_[{true, noise.source}] = s;
        }
}

Run::Result DesignRun::operator()()
{
    replicate_->meter.measure(support::Phase::solves, [&] {
        for (std::size_t s = 0; s < course_->steps.size(); ++s) {
            const Step& step = course_->steps[s];
            for (std::size_t k = 0; k < step.fits.size(); ++k) {
                // Labels of evaluated models, which nobody uses, need a name of their own.
                const double number = step.fits.size() > 1 || is_evaluation(*course_, step) ? -1 : step.number;
                add_labels(number, step.fits[k].uses[0].labels);
                if (step.wants_errors) enter(step, k, number);
                if (number < 0) forget({false, number});
                else filters_[number] = gains_of(step.fits[k]);
            }
            forget_after(s);
        }
    });
    return std::move(result_);
}

DesignRun::Table DesignRun::gains_of(const Fit& fit) const
{
    std::vector<double> ridges;
    for (const std::size_t i : course_->ridges) ridges.push_back(fit.ridges[i]);
    return rows_.filters(ridges).array();
}

const DesignRun::Table* DesignRun::covariance(const Name& one, const Name& other) const
{
    const auto found = covariances_.find(std::minmax(one, other));
    return found == covariances_.end() ? nullptr : &found->second;
}

/// What the labels are made of, as far as it is noisy.
std::vector<DesignRun::Term> DesignRun::terms_of(const Labels& labels) const
{
    const Index m = rows_.eigenvalues().size(), ridges = static_cast<Index>(course_->ridges.size());
    std::vector<Term> terms;
    for (const Share& share : labels.models)
        if (share.share != 0 && share.of >= 0)
            terms.push_back({{false, share.of}, share.share * (filters_.at(share.of).colwise() * rows_.eigenvalues().array())});
    for (const Share& share : labels.kept)
        if (share.share != 0) terms.push_back({{false, share.of}, Table::Constant(m, ridges, share.share)});
    for (const problem::Noise& noise : labels.noise)
        if (noise.size != 0) terms.push_back({{true, noise.source}, Table::Constant(m, ridges, noise.size * scale_)});
    return terms;
}

/// Noise-free labels, then their covariance with all that is still needed, cov(y, x) = sum_k gain_k cov(x_k, x), and with themselves.
void DesignRun::add_labels(double number, const Labels& labels)
{
    const Index m = rows_.eigenvalues().size(), ridges = static_cast<Index>(course_->ridges.size());
    Vector weights = share_of_truth(labels) * replicate_->model.teacher;
    for (const Share& share : labels.teachers) weights += share.share * (*teachers_)[static_cast<std::size_t>(share.of)];
    Table signal = numerics::multiply_transposed(rows_.directions(), weights).col(0).replicate(1, ridges);
    const std::vector<Term> terms = terms_of(labels);
    for (const Term& term : terms) {
        if (!term.name.is_source) signal += term.gain * signals_.at(term.name.number);
        else covariances_.try_emplace({term.name, term.name}, Table::Ones(m, ridges));
    }
    const Name own{false, number};
    std::map<Name, Table> with;
    const auto with_name = [&](const Name& name) -> const Table& {
        const auto [place, is_new] = with.try_emplace(name);
        if (is_new) {
            place->second = Table::Zero(m, ridges);
            for (const Term& term : terms)
                if (const Table* known = covariance(term.name, name)) place->second += term.gain * *known;
        }
        return place->second;
    };
    Table variance = Table::Zero(m, ridges);
    for (const Term& term : terms) variance += term.gain * with_name(term.name);
    std::vector<Name> names;
    for (const auto& [pair, table] : covariances_)
        if (pair.first == pair.second) names.push_back(pair.first);
    for (const Name& name : names) covariances_[std::minmax(own, name)] = with_name(name);
    covariances_[{own, own}] = std::move(variance);
    signals_[number] = std::move(signal);
}

void DesignRun::enter(const Step& step, std::size_t fit, double labels)
{
    const Table gains = gains_of(step.fits[fit]);
    const Matrix weights = numerics::multiply(rows_.directions(), (gains * signals_.at(labels)).matrix());
    const Table* noise = covariance({false, labels}, {false, labels});
    std::vector<Errors> errors;
    for (Index r = 0; r < gains.cols(); ++r) {
        const double bias = replicate_->bias(weights.col(r));
        const double variance = (weight_of_direction_.array() * gains.col(r).square() * noise->col(r)).sum();
        errors.push_back({bias + variance, bias, variance});
    }
    if (!is_evaluation(*course_, step)) result_.fits[step.number] = errors;
    if (!step.n.empty()) result_.evaluated[step.n[fit]] = std::move(errors);
}

void DesignRun::forget(const Name& name)
{
    std::erase_if(covariances_, [&](const auto& entry) { return entry.first.first == name || entry.first.second == name; });
    if (name.is_source) return;
    signals_.erase(name.number);
    filters_.erase(name.number);
}

void DesignRun::forget_after(std::size_t step)
{
    std::vector<Name> names;
    for (const auto& [pair, table] : covariances_) {
        if (pair.first != pair.second) continue;
        const auto last = last_use_.find(pair.first);
        if (last == last_use_.end() || last->second <= step) names.push_back(pair.first);
    }
    for (const Name& name : names) forget(name);
}

}  // namespace collapse::protocol
