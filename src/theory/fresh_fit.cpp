#include "collapse/theory/fresh_fit.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/support/failure.hpp"
#include "collapse/theory/rank_one_map.hpp"
#include "collapse/theory/weighted_fit.hpp"

namespace collapse::theory {

/// 1. kappa, the shares f_b and 1 - R df2 with R = sum_b rho_b: those of one block if there is one, or if all rows weigh the same.
/// 2. rho_b and the spread.
FreshFit::FreshFit(const Nodes& nodes, const std::vector<FreshRows>& blocks, double lambda) : nodes_(&nodes)
{
    support::ensure(!blocks.empty(), "a fit has rows");
    double rows = 0, weight = 0;
    bool alike = true;
    for (const FreshRows& block : blocks) {
        rows += block.rows;
        weight += block.weight;
        const double here = block.weight * blocks[0].rows, first = blocks[0].weight * block.rows;
        alike = alike && std::abs(here - first) <= 1e-14 * first;
    }
    if (alike) {
        const RidgeEquivalent fit(nodes, rows, lambda / weight);
        kappa_ = fit.kappa();
        shrinkage_ = fit.shrinkage();
        loss_ = fit.loss();
        share_ = rows * fit.unit_noise();
        for (const FreshRows& block : blocks) part_.push_back(block.rows / rows);
    } else {
        std::vector<WeightedRows> weighted;
        for (const FreshRows& block : blocks) weighted.push_back({block.rows, block.weight / block.rows, 0});
        const Array cost = nodes.weight * nodes.eigenvalue;
        const WeightedFit fit({nodes.eigenvalue}, {cost}, nodes.weight, nodes.dimension(), weighted, lambda);
        kappa_ = fit.kappa;
        shrinkage_ = nodes.eigenvalue * fit.resolvent;
        loss_ = fit.loss;
        share_ = shrinkage_ * fit.resolvent / fit.remaining;
        for (std::size_t b = 0; b < blocks.size(); ++b) part_.push_back(blocks[b].rows * fit.pull[b]);
    }
    for (std::size_t b = 0; b < blocks.size(); ++b) residual_.push_back(part_[b] * part_[b] / blocks[b].rows);
}

struct FreshFit::Mixture {
    double before;                  ///< q
    std::vector<double> teachers;   ///< c_k
    Array kept;                     ///< q h: of the error before in the new one
    Array passed;                   ///< 1 - q h, without cancellation for q = 1
    std::vector<Array> error_left;  ///< a block: of the error before in its residual
    std::vector<std::vector<Array>> teachers_left;
    double noise;  ///< sum_b rho_b noise_b
};

FreshFit::Mixture FreshFit::mixture_of(const std::vector<FreshLabels>& labels) const
{
    support::ensure(labels.size() == part_.size(), "every block has labels");
    const auto teacher = [&](std::size_t b, std::size_t k) { return k < labels[b].teachers.size() ? labels[b].teachers[k] : 0.0; };
    std::size_t teachers = 0;
    for (const FreshLabels& block : labels) teachers = std::max(teachers, block.teachers.size());
    Mixture mixture{0, std::vector<double>(teachers, 0.0), {}, {}, {}, {}, 0};
    double truth = 0;  // 1 - q
    for (std::size_t b = 0; b < labels.size(); ++b) {
        mixture.before += part_[b] * labels[b].before;
        truth += part_[b] * (1 - labels[b].before);
        for (std::size_t k = 0; k < teachers; ++k) mixture.teachers[k] += part_[b] * teacher(b, k);
        mixture.noise += residual_[b] * labels[b].noise;
    }
    mixture.kept = mixture.before * shrinkage_;
    mixture.passed = loss_ + truth * shrinkage_;
    for (std::size_t b = 0; b < labels.size(); ++b) {
        // q_b - q and c_bk - c_k as sums over the other blocks: exactly zero for one.
        double beside = 0;
        std::vector<double> teachers_beside(teachers, 0.0);
        for (std::size_t other = 0; other < labels.size(); ++other) {
            beside += part_[other] * (labels[b].before - labels[other].before);
            for (std::size_t k = 0; k < teachers; ++k) teachers_beside[k] += part_[other] * (teacher(b, k) - teacher(other, k));
        }
        mixture.error_left.emplace_back(labels[b].before * loss_ + beside * shrinkage_);
        mixture.teachers_left.emplace_back();
        for (std::size_t k = 0; k < teachers; ++k)
            mixture.teachers_left.back().push_back(teacher(b, k) * loss_ + teachers_beside[k] * shrinkage_);
    }
    return mixture;
}

/// At the interpolation threshold a residual of zero still has no effect, and any other an infinite one.
Array FreshFit::spread(double residual) const { return residual == 0 ? Array::Zero(share_.size()) : Array(share_ * residual); }

/// What E m^2 and the spread of the residuals have besides the share of the error before.
Array FreshFit::bias_source(const Mixture& mixture, const Array& cross, const std::vector<Array>& with_teachers,
                            const std::vector<Array>& teachers) const
{
    const Array pulled = loss_.square() * nodes_->coefficient2;
    Array moved = pulled - 2 * mixture.kept * loss_ * cross;
    for (std::size_t k = 0; k < mixture.teachers.size(); ++k) {
        const Array share = mixture.teachers[k] * shrinkage_;
        moved += share.square() * teachers[k] + 2 * mixture.kept * share * with_teachers[k];
    }
    double residual = 0;
    for (std::size_t b = 0; b < residual_.size(); ++b) {
        Array left = pulled + 2 * mixture.error_left[b] * loss_ * cross;
        for (std::size_t k = 0; k < mixture.teachers.size(); ++k) {
            const Array& share = mixture.teachers_left[b][k];
            left += share.square() * teachers[k] + 2 * mixture.error_left[b] * share * with_teachers[k];
        }
        residual += residual_[b] * nodes_->sum(nodes_->eigenvalue * left);
    }
    return moved + spread(residual);
}

ErrorMoments FreshFit::after(const ErrorMoments& before, const std::vector<FreshLabels>& labels) const
{
    const Mixture mixture = mixture_of(labels);
    Array row = Array::Zero(shrinkage_.size());
    for (std::size_t b = 0; b < residual_.size(); ++b) row += residual_[b] * mixture.error_left[b].square();
    row *= nodes_->weight * nodes_->eigenvalue;
    // Infinite moments stay where something of them is kept, and only there.
    const auto mapped = [&](const Array& x) -> Array {
        const double residual = (row == 0).all() ? 0 : (row == 0).select(0, row * x).sum();
        return (mixture.kept == 0).select(0, mixture.kept.square() * x) + spread(residual);
    };
    ErrorMoments after;
    after.teachers = before.teachers;
    after.error2 = mapped(before.error2) + bias_source(mixture, before.cross, before.with_teachers, before.teachers);
    after.cross = mixture.kept * before.cross - loss_ * nodes_->coefficient2;
    after.noise = mapped(before.noise) + spread(mixture.noise);
    for (std::size_t k = 0; k < before.teachers.size(); ++k) {
        const double share = k < mixture.teachers.size() ? mixture.teachers[k] : 0;
        after.with_teachers.emplace_back(mixture.kept * before.with_teachers[k] + share * shrinkage_ * before.teachers[k]);
    }
    return after;
}

ErrorMoments FreshFit::limit(const ErrorMoments& truth, const std::vector<FreshLabels>& labels) const
{
    const Mixture mixture = mixture_of(labels);
    const Array zero = Array::Zero(shrinkage_.size());
    RankOneMap map{mixture.passed * (1 + mixture.kept), share_, zero};
    for (std::size_t b = 0; b < residual_.size(); ++b)
        map.row += nodes_->weight * nodes_->eigenvalue * residual_[b] * mixture.error_left[b].square();
    if (kappa_ == 0 && (map.row == 0).all()) map.column = zero;

    ErrorMoments limit;
    limit.teachers = truth.teachers;
    limit.cross = kappa_ == 0 ? zero : Array(-loss_ / mixture.passed * nodes_->coefficient2);
    for (std::size_t k = 0; k < truth.teachers.size(); ++k) {
        const double share = k < mixture.teachers.size() ? mixture.teachers[k] : 0;
        limit.with_teachers.push_back(share == 0 ? zero : Array(share * shrinkage_ * truth.teachers[k] / mixture.passed));
    }
    limit.error2 = map.limit(bias_source(mixture, limit.cross, limit.with_teachers, limit.teachers));
    limit.noise = map.limit(spread(mixture.noise));
    return limit;
}

}  // namespace collapse::theory
