#include "collapse/protocol/course.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>

namespace collapse::protocol {

namespace {

constexpr double farthest_reuse = 16;  ///< generations within which a block that any later fit uses is used again

Fit without_absent_uses(Fit fit)
{
    fit.uses = present_uses(fit);
    return fit;
}

bool chooses_rows(const Fit& fit)
{
    return fit.subsample > 0 || std::ranges::any_of(fit.uses, [](const Use& use) { return use.share < 1; });
}

bool same_rows(const Fit& one, const Fit& other)
{
    return one.ridges == other.ridges && one.subsample == other.subsample &&
           std::ranges::equal(one.uses, other.uses, [](const Use& a, const Use& b) {
               return a.block.is(b.block) && a.weight == b.weight && a.share == b.share && a.copy == b.copy;
           });
}

/// Fits 0 .. and, where these are fits of their own, the evaluated models, those on the same rows together.
std::vector<Step> steps_of(const Scheme& scheme, const std::vector<double>& wanted)
{
    const double last = wanted.back();
    std::vector<Step> steps;
    const auto is_wanted = [&](double n) { return std::ranges::binary_search(wanted, n); };
    for (double t = 0; t < (scheme.evaluated ? last : last + 1); ++t) {
        Step step{.number = t, .fits = {without_absent_uses(scheme.generation(t))}};
        if (!scheme.evaluated && is_wanted(t)) step.n = {t};
        step.wants_errors = !step.n.empty() || is_wanted(t + 1);
        steps.push_back(std::move(step));
    }
    const std::size_t generations = steps.size();
    for (const double n : wanted) {
        if (!scheme.evaluated) break;
        const Fit fit = without_absent_uses(scheme.evaluated(n));
        const auto alike = std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(generations), steps.end(),
                                        [&](const Step& step) { return same_rows(step.fits[0], fit); });
        if (alike == steps.end()) {
            steps.push_back({.number = last, .fits = {fit}, .n = {n}, .wants_errors = true});
            continue;
        }
        alike->fits.push_back(fit);
        alike->n.push_back(n);
    }
    return steps;
}

/// What other steps do with a block.
struct BlockUse {
    std::size_t steps = 0;
    bool stacked = false, chosen = false;
    std::vector<char> without_ridge{};  ///< [ridges of the row]
};

std::map<BlockKey, BlockUse> uses_of(const std::vector<Step>& steps)
{
    std::map<BlockKey, BlockUse> result;
    for (const Step& step : steps) {
        const Fit& fit = step.fits[0];
        std::set<BlockKey> here;
        for (const Use& use : fit.uses) {
            BlockUse& block = result[key_of(use.block)];
            block.stacked = block.stacked || fit.uses.size() > 1;
            block.chosen = block.chosen || chooses_rows(fit);
            block.without_ridge.resize(fit.ridges.size(), 1);
            for (std::size_t i = 0; i < fit.ridges.size(); ++i)
                if (fit.ridges[i] > 0) block.without_ridge[i] = 0;
            if (here.insert(key_of(use.block)).second) ++block.steps;
        }
    }
    return result;
}

/// Whether a fit has the rows and labels of the one before, all weights in the same proportion, and then new rows.
bool extends(const Fit& before, const Fit& fit, double number_before)
{
    if (fit.uses.size() <= before.uses.size()) return false;
    const double ratio = fit.uses[0].weight / before.uses[0].weight;
    for (std::size_t b = 0; b < before.uses.size(); ++b) {
        const Use &one = before.uses[b], &other = fit.uses[b];
        const bool kept = other.labels.kept.size() == 1 && other.labels.kept[0].of == number_before &&
                          other.labels.kept[0].share == 1 && other.labels.models.empty() && other.labels.teachers.empty() &&
                          other.labels.noise.empty();
        if (!kept || !one.block.is(other.block) || one.copy != other.copy) return false;
        if (std::abs(other.weight - ratio * one.weight) > 1e-14 * other.weight) return false;
    }
    return true;
}

/// A letter for the way of a step for one ridge; a course has ridges of the same letters.
char letter_of(const Step& step, double ridge)
{
    switch (step.way) {
        case Way::drawn: return 'd';
        case Way::alone: return step.without_ridge ? 'a' : ridge > 0 ? 'r' : 'z';
        case Way::stacked: return 's';
        case Way::chosen: return 'c';
    }
    return '?';
}

void choose_ways(std::vector<Step>& steps, const std::map<BlockKey, BlockUse>& blocks, std::size_t ridge, double d)
{
    for (std::size_t s = 0; s < steps.size(); ++s) {
        Step& step = steps[s];
        const Fit& fit = step.fits[0];
        const BlockUse& block = blocks.at(key_of(fit.uses[0].block));
        step.exclusive = block.steps == 1;
        step.without_ridge = block.without_ridge[ridge] != 0;
        if (block.chosen) step.way = Way::chosen;
        else if (fit.uses.size() > 1 || block.stacked) step.way = Way::stacked;
        else if (step.exclusive && fit.ridges[ridge] == 0 && fit.uses[0].block.rows >= d) step.way = Way::drawn;
        else step.way = Way::alone;
        step.extends = s > 0 && step.way == Way::stacked && steps[s - 1].way == Way::stacked && step.fits.size() == 1 &&
                       steps[s - 1].fits.size() == 1 && extends(steps[s - 1].fits[0], fit, steps[s - 1].number);
    }
    for (Step& step : steps)  // rows of one fit may be chosen from blocks that other fits use whole
        for (const Use& use : step.fits[0].uses)
            if (blocks.at(key_of(use.block)).chosen) step.way = Way::chosen;
    // A stack does not keep labels one by one.
    const bool kept_otherwise = std::ranges::any_of(steps, [](const Step& step) {
        return step.way == Way::stacked && !step.extends &&
               std::ranges::any_of(step.fits[0].uses, [](const Use& use) { return !use.labels.kept.empty(); });
    });
    if (kept_otherwise)
        for (Step& step : steps) step.extends = false;
}

/// See Course::carried; `all`: steps for many generations.
void find_carried(Course& course, const std::vector<Step>& all, bool has_evaluated)
{
    const std::size_t generations = has_evaluated ? static_cast<std::size_t>(all.back().number) : all.size();
    for (std::size_t s = 0; s < generations; ++s)
        for (const Use& use : all[s].fits[0].uses)
            for (const problem::Noise& noise : use.labels.noise)
                if (noise.size != 0) course.carried[number_of(noise.level)] = true;
}

/// See Course::separate; `all`: steps for many generations.
void find_separate(Course& course, const std::vector<Step>& all, std::size_t ridge)
{
    course.least_rows = std::numeric_limits<double>::infinity();
    course.separate = std::ranges::all_of(all, [&](const Step& step) {
        if (step.way != Way::drawn) {
            course.least_rows = std::min(course.least_rows, step.fits[0].uses[0].block.rows);
            course.positive = course.positive && step.fits[0].ridges[ridge] > 0;
        }
        return (step.way == Way::drawn || step.way == Way::alone) && step.exclusive &&
               std::ranges::all_of(step.fits, [](const Fit& fit) {
                   const problem::Labels& labels = fit.uses[0].labels;
                   std::set<double> models;
                   for (const Share& share : labels.models)
                       if (share.share != 0 && share.of >= 0) models.insert(share.of);
                   return fit.uses.size() == 1 && fit.uses[0].block.spectrum == 0 && labels.kept.empty() && models.size() <= 1;
               });
    });
}

/// What depends on the ridge of the cell, and until when models, labels and blocks are needed.
void follow(Course& course, const std::map<BlockKey, BlockUse>& blocks)
{
    std::map<LabelKey, bool> narrow;
    for (std::size_t s = 0; s < course.steps.size(); ++s) {
        Step& step = course.steps[s];
        step.narrow_labels = true;
        for (const Fit& fit : step.fits)
            for (const Use& use : fit.uses) {
                bool here = true;
                for (const Share& share : use.labels.models) {
                    if (share.share == 0 || share.of < 0) continue;
                    here = here && course.steps[static_cast<std::size_t>(share.of)].narrow;
                    course.last_reference[share.of] = s;
                }
                for (const Share& share : use.labels.kept) {
                    if (share.share == 0) continue;
                    const LabelKey key{key_of(use.block), use.copy, share.of};
                    here = here && narrow[key];
                    if (!step.extends) course.last_kept[key] = s;
                }
                narrow[{key_of(use.block), use.copy, step.number}] = here;
                step.narrow_labels = step.narrow_labels && here;
                if (!step.extends || use.labels.kept.empty()) course.last_use[key_of(use.block)] = s;
                if (blocks.at(key_of(use.block)).chosen) course.drawn_by_rows[key_of(use.block)] = true;
            }
        step.narrow = step.narrow_labels && !step.fits[0].swept;
    }
    course.endings.resize(course.steps.size());
    for (const auto& [block, s] : course.last_use) course.endings[s].blocks.push_back(block);
    for (const auto& [label, s] : course.last_kept) course.endings[s].labels.push_back(label);
    for (const auto& [model, s] : course.last_reference) course.endings[s].models.push_back(model);
    for (std::size_t s = 0; s < course.steps.size(); ++s) {
        const Step& step = course.steps[s];
        if (!is_evaluation(course, step) && !course.last_reference.contains(step.number))
            course.endings[s].models.push_back(step.number);
    }
    for (const Step& later : course.steps)
        for (const Fit& fit : later.fits)
            for (const Use& use : fit.uses)
                for (const Share& share : use.labels.models) {
                    if (share.share == 0 || share.of < 0) continue;
                    Step& model = course.steps[static_cast<std::size_t>(share.of)];
                    const bool same_rows =
                        later.way == Way::alone && model.way == Way::alone && use.block.is(model.fits[0].uses[0].block);
                    model.wants_weights = model.wants_weights || !same_rows;
                }
}

/// Least squares passes on what labels it, whatever its rows, and adds noise of its own. So where noise is averaged over, generations
/// with as many rows may as well have the same ones: no mean changes, and what is computed of the rows serves them all.
void share_rows(Course& course)
{
    std::map<std::tuple<int, int, double>, double> first_alike;  // by kind, covariance and number of rows
    for (Step& step : course.steps) {
        const problem::Block& block = step.fits[0].uses[0].block;
        step.rows_of = block.generation;
        if (step.way == Way::drawn && !is_evaluation(course, step))
            step.rows_of = first_alike.try_emplace({block.kind, block.spectrum, block.rows}, block.generation).first->second;
    }
}

/// Generations whose structure counts for all: ways must not depend on which ones are asked for, lest a larger grid changed numbers.
std::vector<double> horizon_of(const Scheme& scheme, const std::vector<double>& wanted)
{
    std::vector<double> horizon = wanted;
    for (double n = 0; n <= std::min(farthest_reuse, scheme.last); ++n) horizon.push_back(n);
    std::ranges::sort(horizon);
    horizon.erase(std::unique(horizon.begin(), horizon.end()), horizon.end());
    return horizon;
}

std::vector<double> finite_generations(const Row& row)
{
    std::vector<double> wanted = row.distinct_generations();
    std::erase_if(wanted, [](double n) { return std::isinf(n); });
    return wanted;
}

bool all_rows_once(const Use& use) { return use.share == 1 && use.copy == 0; }

/// Whether labels come from the truth, other teachers, model number `before` and noise of their own.
bool is_labelled_by(const problem::Labels& labels, double before)
{
    const auto counts = [](const Share& share) { return share.share != 0; };
    const auto is_before = [&](const Share& share) { return share.share == 0 || share.of < 0 || share.of == before; };
    std::set<double> sources;
    return std::ranges::none_of(labels.kept, counts) && std::ranges::all_of(labels.models, is_before) &&
           std::ranges::all_of(labels.noise, [&](const problem::Noise& noise) { return sources.insert(noise.source).second; });
}

}  // namespace

std::vector<double> ridge_values(const Course& course, const Step& step)
{
    std::vector<double> ridges;
    for (const std::size_t i : course.ridges) ridges.push_back(step.fits[0].ridges[i]);
    if (step.narrow) ridges.resize(1);
    return ridges;
}

Averaging averaging_of(const Scheme& scheme, const Row& row)
{
    const std::vector<double> wanted = finite_generations(row);
    if (wanted.empty()) return Averaging::draws;
    const std::vector<Step> steps = steps_of(scheme, horizon_of(scheme, wanted));
    const auto blocks = uses_of(steps);
    const problem::Block& first = steps[0].fits[0].uses[0].block;
    bool fresh = true, one_design = true;
    for (std::size_t s = 0; s < steps.size(); ++s)
        for (std::size_t k = 0; k < steps[s].fits.size(); ++k) {
            const Fit& fit = steps[s].fits[k];
            const bool evaluates = scheme.evaluated && static_cast<double>(s) >= steps.back().number;
            const double number = evaluates ? steps[s].n[k] : steps[s].number;
            const bool whole = fit.subsample == 0 && std::ranges::all_of(fit.uses, all_rows_once);
            one_design = one_design && whole && fit.uses.size() == 1 && fit.uses[0].block.is(first);
            fresh = fresh && whole && std::ranges::all_of(fit.uses, [&](const Use& use) {
                        return blocks.at(key_of(use.block)).steps == 1 && is_labelled_by(use.labels, number - 1);
                    });
        }
    return fresh ? Averaging::covariance : one_design ? Averaging::diagonal : Averaging::draws;
}

std::vector<Course> courses_of(const Scheme& scheme, const Row& row, double d)
{
    const std::vector<double> wanted = finite_generations(row);
    if (wanted.empty()) return {};
    const std::vector<Step> steps = steps_of(scheme, wanted);
    // The way of a fit must not depend on which generations are asked for, lest a larger grid changed numbers.
    const std::vector<Step> all_steps = steps_of(scheme, horizon_of(scheme, wanted));
    const auto blocks = uses_of(all_steps);
    std::map<std::string, Course> by_letters;
    const auto kinds = kinds_of_ridges(scheme, row.lambda.size(), std::max(wanted.back(), farthest_reuse));
    std::vector<std::string> letters_of(row.lambda.size());
    for (std::size_t i = 0; i < row.lambda.size(); ++i) {
        if (kinds[i] != i) {
            letters_of[i] = letters_of[kinds[i]];
            by_letters.at(letters_of[i]).ridges.push_back(i);
            continue;
        }
        std::vector<Step> chosen = steps;
        choose_ways(chosen, blocks, i, d);
        std::string letters;
        std::uint64_t history = 14695981039346656037U;  // FNV-1a
        for (Step& step : chosen) {
            letters += letter_of(step, step.fits[0].ridges[i]);
            step.history = history = (history ^ static_cast<unsigned char>(letters.back())) * 1099511628211U;
        }
        letters_of[i] = letters;
        Course& course = by_letters[letters];
        course.ridges.push_back(i);
        course.steps = std::move(chosen);
        std::vector<Step> all = all_steps;
        choose_ways(all, blocks, i, d);
        find_separate(course, all, i);
        find_carried(course, all, static_cast<bool>(scheme.evaluated));
    }
    std::vector<Course> courses;
    for (auto& [letters, course] : by_letters) {
        follow(course, blocks);
        share_rows(course);
        courses.push_back(std::move(course));
    }
    return courses;
}

}  // namespace collapse::protocol
