#include "collapse/protocol/means.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

namespace collapse::protocol {

namespace {

/// What labels of rows are made of, without what equals the truth. Labels agree if they are the same linear function of the rows.
struct Line {
    std::map<double, double> models, teachers;
    bool noise = false;

    bool is_truth() const { return models.empty() && teachers.empty() && !noise; }
    bool agrees_with(const Line& other) const { return models == other.models && teachers == other.teachers; }
};

/// A model so far.
struct ModelMean {
    bool is_truth = false;
    bool infinite = false, at_threshold = false;
};

/// Fewest and most different rows of a fit: a block may take part several times, of which a subsample takes some.
std::pair<double, double> different_rows(const Fit& fit, const std::vector<Use>& uses)
{
    double most = 0, copies = 1;
    for (std::size_t i = 0; i < uses.size(); ++i) {
        double before = 0, here = uses[i].share * uses[i].block.rows;
        for (std::size_t j = 0; j < i; ++j) before += uses[j].block.is(uses[i].block) ? 1 : 0;
        if (before == 0) most += here;
        copies = std::max(copies, before + 1);
    }
    if (fit.subsample == 0) return {most, most};
    return {std::ceil(fit.subsample / copies), std::min(most, fit.subsample)};
}

/// Whether rows of these numbers may be as many as directions, or one more or less.
bool is_near(double fewest, double most, double d) { return most >= 1 && fewest <= d + 1 && most >= d - 1; }

bool is_critical(const Fit& fit, std::size_t ridge, double d)
{
    if (fit.ridges[ridge] > 0) return false;
    const auto [fewest, most] = different_rows(fit, present_uses(fit));
    return is_near(fewest, most, d);
}

class Ancestry {
  public:
    Ancestry(std::size_t ridge, double d) : ridge_(ridge), d_(d) {}

    /// Fit number t after all before it; the evaluated model is added to none.
    ModelMean look_at(const Fit& fit, double t, bool remember)
    {
        const std::vector<Use> uses = present_uses(fit);
        std::vector<std::shared_ptr<const Line>> lines;
        for (const Use& use : uses) lines.push_back(line_of(use));
        const auto [fewest, most] = different_rows(fit, uses);
        ModelMean model;
        bool exact = true, contradiction = false;
        for (const auto& line : lines) {
            exact = exact && line->is_truth();
            contradiction = contradiction || line->noise || !line->agrees_with(*lines[0]);
            for (const auto& [of, share] : line->models) {
                model.infinite = model.infinite || models_[of].infinite;
                model.at_threshold = model.at_threshold || models_[of].at_threshold;
            }
        }
        if (fit.ridges[ridge_] == 0) {
            model.is_truth = exact && fewest >= d_;
            if (contradiction && is_near(fewest, most, d_)) {
                model.infinite = true;
                model.at_threshold = model.at_threshold || (fewest <= d_ && most >= d_);
            }
        }
        if (remember) {
            models_[t] = model;
            for (std::size_t b = 0; b < uses.size(); ++b) labels_[key(uses[b])][t] = lines[b];
        }
        return model;
    }

  private:
    using Key = std::tuple<int, double, double>;
    static Key key(const Use& use) { return {use.block.kind, use.block.generation, use.copy}; }

    std::shared_ptr<const Line> line_of(const Use& use)
    {
        const problem::Labels& labels = use.labels;
        const auto& known = labels_[key(use)];
        if (labels.kept.size() == 1 && labels.kept[0].share == 1 && labels.models.empty() && labels.teachers.empty() &&
            labels.noise.empty() && known.contains(labels.kept[0].of))
            return known.at(labels.kept[0].of);
        Line line;
        const auto add = [](std::map<double, double>& to, double of, double share) {
            if ((to[of] += share) == 0) to.erase(of);
        };
        for (const Share& share : labels.models)
            if (share.share != 0 && share.of >= 0 && !models_[share.of].is_truth) add(line.models, share.of, share.share);
        for (const Share& share : labels.teachers)
            if (share.share != 0) add(line.teachers, share.of, share.share);
        for (const Share& share : labels.kept) {
            if (share.share == 0 || !known.contains(share.of)) continue;
            const Line& before = *known.at(share.of);
            for (const auto& [of, part] : before.models) add(line.models, of, part * share.share);
            for (const auto& [of, part] : before.teachers) add(line.teachers, of, part * share.share);
            line.noise = line.noise || before.noise;
        }
        line.noise = line.noise || noise_variance(labels) > 0;
        return std::make_shared<const Line>(std::move(line));
    }

    std::size_t ridge_;
    double d_;
    std::map<double, ModelMean> models_;
    std::map<Key, std::map<double, std::shared_ptr<const Line>>> labels_;
};

}  // namespace

Means::Means(const Scheme& scheme, std::size_t ridge, double d, const std::vector<double>& generations)
{
    if (generations.empty()) return;
    const double last = last_to_look_at(scheme, std::ranges::max(generations));
    bool critical = false;
    for (double t = 0; t <= last && !critical; ++t)
        critical = is_critical(scheme.generation(t), ridge, d) || (scheme.evaluated && is_critical(scheme.evaluated(t), ridge, d));
    if (!critical) return;
    Ancestry ancestry(ridge, d);
    std::map<double, ModelMean> at;
    for (double t = 0; t <= last; ++t) {
        if (scheme.evaluated) at[t] = ancestry.look_at(scheme.evaluated(t), t, false);
        const ModelMean model = ancestry.look_at(scheme.generation(t), t, true);
        if (!scheme.evaluated) at[t] = model;
    }
    for (const double n : generations) {
        const auto found = at.find(std::floor(std::min(n, last)));
        if (found != at.end() && found->second.infinite) verdicts_[n] = {true, found->second.at_threshold};
    }
}

bool Means::is_infinite(double n) const { return verdicts_.contains(n); }

bool Means::is_at_threshold(double n) const { return is_infinite(n) && verdicts_.at(n).at_threshold; }

Table<support::Reason> reasons_not_simulated(const Scheme& scheme, const Row& row, double d)
{
    using support::Reason;
    Table<Reason> reasons(row.lambda.size(), row.generations.size(), Reason::theory_only);
    if (std::isinf(d) || row.size() == 0) return reasons;
    const auto kinds = kinds_of_ridges(scheme, row.lambda.size(), std::ranges::max(row.generations));
    for (std::size_t i = 0; i < row.lambda.size(); ++i) {
        if (kinds[i] != i) {
            for (std::size_t j = 0; j < row.generations.size(); ++j) reasons(i, j) = reasons(kinds[i], j);
            continue;
        }
        const Means means(scheme, i, d, row.generations);
        for (std::size_t j = 0; j < row.generations.size(); ++j)
            if (std::isfinite(row.generations[j]))
                reasons(i, j) = means.is_infinite(row.generations[j]) ? Reason::infinite_error : Reason::none;
    }
    return reasons;
}

}  // namespace collapse::protocol
