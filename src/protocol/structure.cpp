#include "collapse/protocol/structure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>

namespace collapse::protocol {

namespace {

using problem::Block;

constexpr double farthest_look = 256;
constexpr double truth = -1;  ///< number of the truth among models

bool only(const std::vector<Share>& shares, std::initializer_list<double> allowed)
{
    return std::ranges::all_of(
        shares, [&](const Share& share) { return share.share == 0 || std::ranges::find(allowed, share.of) != allowed.end(); });
}

/// All rows of a block of the test distribution, labelled once.
bool is_plain(const Use& use) { return use.block.spectrum == 0 && use.share == 1 && use.copy == 0; }

/// Labels of the truth, other teachers and model number `before`.
bool is_labelled_by(const Use& use, double before) { return only(use.labels.models, {before, truth}) && only(use.labels.kept, {}); }

bool all_plain(const Fit& fit) { return fit.subsample == 0 && std::ranges::all_of(present_uses(fit), is_plain); }

/// Fit number t has rows that are drawn with it.
bool is_fresh(const Fit& fit, double t)
{
    return all_plain(fit) && std::ranges::all_of(present_uses(fit), [&](const Use& use) {
               return use.block.generation == t && is_labelled_by(use, t - 1);
           });
}

/// A model fitted after n others has rows that none of them has.
bool is_fresh_student(const Scheme& scheme, double n)
{
    const Fit fit = scheme.evaluated(n);
    return all_plain(fit) && std::ranges::all_of(present_uses(fit), [&](const Use& use) {
               const double born = use.block.generation;
               const std::vector<Use> others = born < n ? scheme.generation(born).uses : std::vector<Use>{};
               return is_labelled_by(use, n - 1) &&
                      std::ranges::none_of(others, [&](const Use& other) { return other.block.is(use.block); });
           });
}

/// Noise that several fits share other than by keeping labels.
class Sources {
  public:
    bool are_new(const problem::Labels& labels)
    {
        return std::ranges::all_of(
            labels.noise, [&](const problem::Noise& noise) { return noise.size == 0 || seen_.insert(noise.source).second; });
    }

  private:
    std::set<double> seen_;
};

bool is_on_design(const Fit& fit, double t, const Block& block, double ridge, std::size_t i)
{
    const std::vector<Use> uses = present_uses(fit);
    return all_plain(fit) && uses.size() == 1 && fit.ridges[i] == ridge && uses[0].block.is(block) &&
           uses[0].labels.teachers.empty() && only(uses[0].labels.models, {t - 1, truth}) &&
           std::abs(share_of(uses[0].labels.models, t - 1)) <= 1 &&  // beyond, the contour integral loses its digits
           (t == 0 ? only(uses[0].labels.kept, {}) : only(uses[0].labels.kept, {t - 1, 0.0}));
}

bool is_on_one_design(const Scheme& scheme, std::size_t ridge, double last)
{
    const Fit first = scheme.generation(0);
    if (present_uses(first).size() != 1) return false;
    Sources sources;
    for (double t = 0; t <= last; ++t) {
        const Fit fit = scheme.generation(t);
        if (!is_on_design(fit, t, present_uses(first)[0].block, first.ridges[ridge], ridge)) return false;
        if (!sources.are_new(present_uses(fit)[0].labels)) return false;
    }
    return true;
}

bool is_grown(const Fit& fit, double t)
{
    const std::vector<Use> uses = present_uses(fit);
    if (!all_plain(fit) || static_cast<double>(uses.size()) != t + 1) return false;
    return std::ranges::all_of(uses, [&](const Use& use) {
        const bool own =
            use.block.generation == t && is_labelled_by(use, t - 1) && (t == 0 || share_of(use.labels.models, t - 1) == 1);
        const bool kept = use.block.generation < t && only(use.labels.models, {}) && only(use.labels.kept, {t - 1}) &&
                          share_of(use.labels.kept, t - 1) == 1 && noise_variance(use.labels) == 0;
        return (own || kept) && use.labels.teachers.empty() && std::abs(use.weight - uses[0].weight) <= 1e-14 * use.weight;
    });
}

template <class Predicate>
bool holds_up_to(double last, Predicate&& predicate)
{
    for (double t = 0; t <= last; ++t)
        if (!predicate(t)) return false;
    return true;
}

}  // namespace

std::vector<Use> present_uses(const Fit& fit)
{
    std::vector<Use> uses;
    std::ranges::copy_if(fit.uses, std::back_inserter(uses),
                         [](const Use& use) { return use.weight > 0 && use.block.rows > 0 && use.share > 0; });
    return uses;
}

double share_of(const std::vector<Share>& shares, double of)
{
    double sum = 0;
    for (const Share& share : shares)
        if (share.of == of) sum += share.share;
    return sum;
}

double share_of_truth(const problem::Labels& labels)
{
    double share = 1;
    for (const Share& model : labels.models)
        if (model.of >= 0) share -= model.share;
    for (const Share& kept : labels.kept) share -= kept.share;
    return share;
}

double noise_variance(const problem::Labels& labels)
{
    double variance = 0;
    for (const problem::Noise& noise : labels.noise) variance += noise.size * noise.size;
    return variance;
}

double noise_variance(const problem::Labels& labels, problem::Level level)
{
    double variance = 0;
    for (const problem::Noise& noise : labels.noise)
        if (noise.level == level) variance += noise.size * noise.size;
    return variance;
}

double rows_of(const Fit& fit)
{
    if (fit.subsample > 0) return fit.subsample;
    double rows = 0;
    for (const Use& use : present_uses(fit)) rows += use.share * use.block.rows;
    return rows;
}

bool takes_rows_repeatedly(const Fit& fit)
{
    return std::ranges::any_of(present_uses(fit), [](const Use& use) { return use.copy != 0; });
}

Fit evaluated_fit(const Scheme& scheme, double n) { return scheme.evaluated ? scheme.evaluated(n) : scheme.generation(n); }

double last_to_look_at(const Scheme& scheme, double last)
{
    return std::min({last, scheme.last, std::isinf(scheme.repeats_from) ? farthest_look : scheme.repeats_from + 1});
}

std::vector<std::size_t> kinds_of_ridges(const Scheme& scheme, std::size_t ridges, double last)
{
    std::vector<std::string> signs(ridges);
    const std::vector<double> first = scheme.generation(0).ridges;
    const auto look_at = [&](const Fit& fit) {
        for (std::size_t i = 0; i < ridges; ++i)
            signs[i] += fit.ridges[i] == 0 ? (first[i] == 0 ? '0' : 'z') : (fit.ridges[i] == first[i] ? '=' : '+');
    };
    for (double t = 0; t <= last_to_look_at(scheme, last); ++t) {
        look_at(scheme.generation(t));
        if (scheme.evaluated) look_at(scheme.evaluated(t));
    }
    std::map<std::string_view, std::size_t> found;
    std::vector<std::size_t> kinds;
    for (std::size_t i = 0; i < ridges; ++i) kinds.push_back(found.try_emplace(signs[i], i).first->second);
    return kinds;
}

Structure structure_of(const Scheme& scheme, std::size_t ridge, double last)
{
    const double look = last_to_look_at(scheme, last);
    const auto is_fresh_chain = [&](double n) {
        return is_fresh(scheme.generation(n), n) && (!scheme.evaluated || is_fresh_student(scheme, n));
    };
    if (holds_up_to(look, is_fresh_chain)) return Structure::fresh;
    if (scheme.evaluated) return Structure::general;
    if (is_on_one_design(scheme, ridge, look)) return Structure::one_design;
    if (holds_up_to(look, [&](double t) { return is_grown(scheme.generation(t), t); })) return Structure::growing;
    return Structure::general;
}

bool is_repeated_fit(const Scheme& scheme)
{
    if (scheme.repeats_from > 0 || scheme.last < 1 || !scheme.evaluated || structure_of(scheme, 0, 1) != Structure::fresh)
        return false;
    const std::vector<Use> uses = present_uses(scheme.generation(1));
    return uses.size() == 1 && share_of(uses[0].labels.models, 0) == 1 && uses[0].labels.teachers.empty();
}

bool hands_labels_on(const Scheme& scheme)
{
    if (!is_repeated_fit(scheme)) return false;
    const std::vector<Use> uses = present_uses(scheme.evaluated(1));
    return uses.size() == 1 && share_of(uses[0].labels.models, 0) == 1 && uses[0].labels.teachers.empty();
}

theory::LabelStep label_step(const Scheme& scheme, double t)
{
    const problem::Labels labels = present_uses(scheme.generation(t))[0].labels;
    theory::LabelStep step{.copy = share_of(labels.models, t - 1), .noise = noise_variance(labels)};
    (t == 1 ? step.first : step.keep) = share_of(labels.kept, t - 1);
    if (t > 1) step.first = share_of(labels.kept, 0);
    return step;
}

bool averages_labels(const Scheme& scheme)
{
    const auto averages = [&](double t) {
        const theory::LabelStep step = label_step(scheme, t);
        const double kept = t == 1 ? step.first : step.keep;
        return std::abs(kept - t / (t + 1)) < 1e-14 && std::abs(step.copy - 1 / (t + 1)) < 1e-14 && (t == 1 || step.first == 0);
    };
    return std::isinf(scheme.repeats_from) && std::isinf(scheme.last) && averages(1) && averages(2) && averages(farthest_look);
}

}  // namespace collapse::protocol
