#include "collapse/theory/fresh_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <boost/math/tools/toms748_solve.hpp>

#include "collapse/support/failure.hpp"
#include "collapse/theory/rank_one_map.hpp"

namespace collapse::theory {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

constexpr int most_evaluations = 500;
constexpr double largest_ridge = 1e305;  ///< sums of larger ones overflow; a fit is zero long before

/// The root of an increasing function of a logarithm, from a bracket [low, high] that may still have to grow upwards.
template <class Function>
double root_of_increasing(Function&& function, double low, double high)
{
    for (double step = 1; function(high) < 0; step *= 2) high += step;
    for (double step = 1; function(low) > 0; step *= 2) low -= step;
    std::uintmax_t evaluations = most_evaluations;
    const auto close = [](double a, double b) { return std::abs(b - a) <= 2e-15 * std::max(1.0, std::abs(a)); };
    const auto [a, b] = boost::math::tools::toms748_solve(function, low, high, close, evaluations);
    support::ensure(evaluations < most_evaluations, "the equivalent of a fit on several blocks is found");
    return 0.5 * (a + b);
}

double degrees_of_freedom(const Nodes& nodes, double kappa) { return nodes.sum(nodes.eigenvalue / (nodes.eigenvalue + kappa)); }

/// theta_b = alpha_b delta / (1 + alpha_b delta).
double share_of_row(const FreshRows& block, double delta)
{
    const double pull = block.weight / block.rows * delta;
    return std::isinf(pull) ? 1 : pull / (1 + pull);
}

/// theta_b up to a factor that all blocks share, also where a huge ridge leaves delta = 0.
double relative_share(const FreshRows& block, double delta)
{
    const double alpha = block.weight / block.rows;
    return delta > 1 ? share_of_row(block, delta) : alpha / (1 + alpha * delta);
}

/// The root delta > 0 of sum_b T_b theta_b = df1 < sum_b T_b; infinite if there is none. Two blocks: a quadratic equation,
///   (T1 + T2 - df1) alpha_1 alpha_2 delta^2 + (a1 + a2 - df1 (alpha_1 + alpha_2)) delta = df1.
double common_delta(const std::vector<FreshRows>& blocks, double df1)
{
    double rows = 0, weight = 0;
    for (const FreshRows& block : blocks) {
        rows += block.rows;
        weight += block.weight;
    }
    if (rows <= df1) return infinite;
    if (df1 == 0) return 0;
    if (blocks.size() == 2) {
        const double alpha1 = blocks[0].weight / blocks[0].rows, alpha2 = blocks[1].weight / blocks[1].rows;
        const double a = (rows - df1) * alpha1 * alpha2, b = weight - df1 * (alpha1 + alpha2);
        const double root = std::sqrt(b * b + 4 * a * df1);
        return b > 0 ? 2 * df1 / (b + root) : (root - b) / (2 * a);
    }
    const auto excess = [&](double log_delta) {
        double sum = -df1;
        for (const FreshRows& block : blocks) sum += block.rows * share_of_row(block, std::exp(log_delta));
        return sum;
    };
    const double start = std::log(df1 / weight);  // theta_b <= alpha_b delta: the root is no smaller
    return std::exp(root_of_increasing(excess, start, start));
}

/// kappa and delta of blocks of unequal row weights. For lambda > 0: kappa df1(kappa) / delta(df1(kappa)) increases with kappa.
std::pair<double, double> solve(const Nodes& nodes, const std::vector<FreshRows>& blocks, double rows, double weight, double lambda)
{
    if (lambda == 0) {
        const double kappa = effective_ridge(nodes, rows, 0);
        return {kappa, rows <= nodes.dimension() ? infinite : common_delta(blocks, nodes.dimension())};
    }
    const auto excess = [&](double log_kappa) {
        const double kappa = std::exp(log_kappa), df1 = degrees_of_freedom(nodes, kappa);
        return kappa * df1 / common_delta(blocks, df1) - lambda;
    };
    // kappa lies between lambda / weight and 1 / sum_b a_b / (lambda + alpha_b tr Sigma), because delta <= tr Sigma / lambda.
    double pull = 0;
    for (const FreshRows& block : blocks) pull = std::max(pull, block.weight / block.rows * nodes.sum(nodes.eigenvalue));
    if (lambda + pull == lambda) {
        const double kappa = std::min(lambda / weight, largest_ridge);
        return {kappa, common_delta(blocks, degrees_of_freedom(nodes, kappa))};
    }
    const double start = std::log(lambda) - std::log(weight);
    const double kappa = std::exp(root_of_increasing(excess, start, start));
    return {kappa, common_delta(blocks, degrees_of_freedom(nodes, kappa))};
}

}  // namespace

/// 1. kappa and the shares theta_b: those of one block if there is one, or if all rows weigh the same.
/// 2. f_b, rho_b and the spread.
FreshFit::FreshFit(const Nodes& nodes, std::vector<FreshRows> blocks, double lambda) : nodes_(&nodes)
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
        kappa_ = effective_ridge(nodes, rows, lambda / weight);
        for (const FreshRows& block : blocks) part_.push_back(block.rows / rows);
    } else {
        const auto [kappa, delta] = solve(nodes, blocks, rows, weight, lambda);
        kappa_ = kappa;
        double sum = 0;
        for (const FreshRows& block : blocks) sum += part_.emplace_back(block.rows * relative_share(block, delta));
        for (double& part : part_) part /= sum;
    }
    for (std::size_t b = 0; b < blocks.size(); ++b) residual_.push_back(part_[b] * part_[b] / blocks[b].rows);

    const Array denominator = nodes.eigenvalue + kappa_;
    shrinkage_ = nodes.eigenvalue / denominator;
    loss_ = kappa_ / denominator;
    df2_ = nodes.sum(shrinkage_.square());
    // 1 - R df2 with R = sum_b rho_b; df2 = d - sum (1 - h^2) where nothing cancels in it.
    double R = 0;
    for (const double residual : residual_) R += residual;
    const double surplus = 1 - R * nodes.dimension();
    double remaining = surplus >= 0 ? surplus + R * nodes.sum(loss_ * (1 + shrinkage_)) : 1 - R * df2_;
    if (lambda == 0 && rows == nodes.dimension()) remaining = 0;
    share_ = shrinkage_ / denominator / remaining;
}

struct FreshFit::Mixture {
    double before;                    ///< q
    std::vector<double> teachers;     ///< c_k
    Array kept;                       ///< q h: of the error before in the new one
    Array passed;                     ///< 1 - q h, without cancellation for q = 1
    std::vector<Array> error_left;    ///< a block: of the error before in its residual
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
        mixture.error_left.push_back(labels[b].before * loss_ + beside * shrinkage_);
        mixture.teachers_left.emplace_back();
        for (std::size_t k = 0; k < teachers; ++k)
            mixture.teachers_left.back().push_back(teacher(b, k) * loss_ + teachers_beside[k] * shrinkage_);
    }
    return mixture;
}

/// At the interpolation threshold a residual of zero still has no effect, and any other an infinite one.
Array FreshFit::spread(double residual) const
{
    return residual == 0 ? Array::Zero(share_.size()) : Array(share_ * residual);
}

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
        after.with_teachers.push_back(mixture.kept * before.with_teachers[k] + share * shrinkage_ * before.teachers[k]);
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
