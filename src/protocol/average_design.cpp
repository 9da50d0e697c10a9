#include <algorithm>
#include <cmath>
#include <set>

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
                     const std::vector<Vector>& teachers, const ByLevel<bool>& wanted)
    : course_(&course),
      replicate_(&replicate),
      teachers_(&teachers),
      levels_(levels_in(wanted)),
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
                const Labels& labels = step.fits[k].uses[0].labels;
                add_signal(number, labels);
                for (const Level level : levels_) add_covariances(number, labels, level);
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

const DesignRun::Table* DesignRun::covariance(const Name& one, const Name& other, Level level) const
{
    const auto& known = covariances_[number_of(level)];
    const auto found = known.find(std::minmax(one, other));
    return found == known.end() ? nullptr : &found->second;
}

std::vector<DesignRun::Term> DesignRun::terms_of(const Labels& labels, Level level) const
{
    const Index m = rows_.eigenvalues().size(), ridges = static_cast<Index>(course_->ridges.size());
    std::vector<Term> terms;
    for (const Share& share : labels.models)
        if (share.share != 0 && share.of >= 0)
            terms.push_back({{false, share.of}, share.share * (filters_.at(share.of).colwise() * rows_.eigenvalues().array())});
    for (const Share& share : labels.kept)
        if (share.share != 0) terms.push_back({{false, share.of}, Table::Constant(m, ridges, share.share)});
    for (const problem::Noise& noise : labels.noise)
        if (noise.size != 0 && noise.level == level)
            terms.push_back({{true, noise.source}, Table::Constant(m, ridges, noise.size * scale_)});
    return terms;
}

void DesignRun::add_signal(double number, const Labels& labels)
{
    const Index ridges = static_cast<Index>(course_->ridges.size());
    Vector weights = share_of_truth(labels) * replicate_->model.teacher;
    for (const Share& share : labels.teachers) weights += share.share * (*teachers_)[static_cast<std::size_t>(share.of)];
    Table signal = numerics::multiply_transposed(rows_.directions(), weights).col(0).replicate(1, ridges);
    for (const Term& term : terms_of(labels, Level::sigma))
        if (!term.name.is_source) signal += term.gain * signals_.at(term.name.number);
    signals_[number] = std::move(signal);
}

/// Of the labels' noise with all that is still needed, cov(y, x) = sum_k gain_k cov(x_k, x), and with itself.
void DesignRun::add_covariances(double number, const Labels& labels, Level level)
{
    const Index m = rows_.eigenvalues().size(), ridges = static_cast<Index>(course_->ridges.size());
    auto& known = covariances_[number_of(level)];
    const std::vector<Term> terms = terms_of(labels, level);
    for (const Term& term : terms)
        if (term.name.is_source) known.try_emplace({term.name, term.name}, Table::Ones(m, ridges));
    const Name own{false, number};
    std::map<Name, Table> with;
    const auto with_name = [&](const Name& name) -> const Table& {
        const auto [place, is_new] = with.try_emplace(name);
        if (is_new) {
            place->second = Table::Zero(m, ridges);
            for (const Term& term : terms)
                if (const Table* of_term = covariance(term.name, name, level)) place->second += term.gain * *of_term;
        }
        return place->second;
    };
    Table variance = Table::Zero(m, ridges);
    for (const Term& term : terms) variance += term.gain * with_name(term.name);
    std::vector<Name> names;
    for (const auto& [pair, table] : known)
        if (pair.first == pair.second) names.push_back(pair.first);
    for (const Name& name : names) known[std::minmax(own, name)] = with_name(name);
    known[{own, own}] = std::move(variance);
}

void DesignRun::enter(const Step& step, std::size_t fit, double labels)
{
    const Table gains = gains_of(step.fits[fit]);
    const Matrix weights = numerics::multiply(rows_.directions(), (gains * signals_.at(labels)).matrix());
    std::vector<ErrorForm> errors;
    for (Index r = 0; r < gains.cols(); ++r) errors.push_back({replicate_->bias(weights.col(r))});
    for (const Level level : levels_) {
        const Table& noise = *covariance({false, labels}, {false, labels}, level);
        for (Index r = 0; r < gains.cols(); ++r)
            errors[static_cast<std::size_t>(r)].variance[number_of(level)] =
                (weight_of_direction_.array() * gains.col(r).square() * noise.col(r)).sum();
    }
    if (!is_evaluation(*course_, step)) result_.fits[step.number] = errors;
    if (!step.n.empty()) result_.evaluated[step.n[fit]] = std::move(errors);
}

void DesignRun::forget(const Name& name)
{
    for (auto& known : covariances_)
        std::erase_if(known, [&](const auto& entry) { return entry.first.first == name || entry.first.second == name; });
    if (name.is_source) return;
    signals_.erase(name.number);
    filters_.erase(name.number);
}

/// Labels are known by their signals, sources by their covariances.
void DesignRun::forget_after(std::size_t step)
{
    std::set<Name> names;
    for (const auto& [number, signal] : signals_) names.insert({false, number});
    for (const auto& known : covariances_)
        for (const auto& [pair, table] : known) names.insert(pair.first);
    for (const Name& name : names) {
        const auto last = last_use_.find(name);
        if (last == last_use_.end() || last->second <= step) forget(name);
    }
}

}  // namespace collapse::protocol
