#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <tuple>
#include <vector>

#include <Eigen/Dense>

#include "collapse/problem/errors.hpp"
#include "collapse/problem/scheme.hpp"

/// Any scheme taken literally: every row is drawn, every fit solved by itself. It shares nothing with the program but the scheme.
namespace collapse::test {

class LiteralScheme {
  public:
    LiteralScheme(const problem::Scheme& scheme, Eigen::VectorXd eigenvalues, Eigen::VectorXd teacher, std::mt19937_64& generator)
        : scheme_(scheme), s_(std::move(eigenvalues)), w0_(std::move(teacher)), generator_(generator)
    {
        for (const problem::OtherTeacher& other : scheme.teachers) {
            Eigen::VectorXd delta = std::sqrt(other.distance / s_.dot(w0_.cwiseAbs2())) * w0_;
            for (double& entry : delta)
                if (std::bernoulli_distribution(0.5)(generator_)) entry = -entry;
            deltas_.push_back(other.delta.size() > 0 ? Eigen::VectorXd(other.delta.matrix()) : delta);
        }
    }

    /// One replicate: errors of fits 0 .. count - 1, with the ridges number 0.
    std::vector<problem::Errors> errors(int count)
    {
        std::vector<problem::Errors> result;
        for (int t = 0; t < count; ++t) {
            models_.push_back(fitted(scheme_.generation(t), t));
            const auto size = [&](const Eigen::VectorXd& w) { return w.cwiseAbs2().dot(s_); };
            const Eigen::VectorXd signal = models_.back().col(0), rest = models_.back().col(1) - signal;
            result.push_back({size(signal - w0_) + size(rest), size(signal - w0_), size(rest)});
        }
        return result;
    }

  private:
    using Pair = Eigen::MatrixXd;  ///< two columns: without and with label noise
    using BlockName = std::pair<int, double>;

    double normal() { return std::normal_distribution<double>()(generator_); }

    const Eigen::MatrixXd& rows(const problem::Block& block)
    {
        const auto [entry, is_new] = blocks_.try_emplace({block.kind, block.generation});
        if (!is_new) return entry->second;
        Eigen::VectorXd s = s_;
        if (block.spectrum > 0) {
            const problem::OtherSpectrum& other = scheme_.spectra[static_cast<std::size_t>(block.spectrum - 1)];
            for (Eigen::Index j = 0; j < s.size(); ++j)
                s[j] = other.eigenvalue.size() > 0 ? other.eigenvalue[j] : std::pow(static_cast<double>(j + 1), -other.beta);
        }
        entry->second = Eigen::MatrixXd::NullaryExpr(static_cast<Eigen::Index>(block.rows), s.size(), [&] { return normal(); }) *
                        s.cwiseSqrt().asDiagonal();
        return entry->second;
    }

    const Eigen::VectorXd& noise(const problem::Block& block, double source)
    {
        const auto [entry, is_new] = noises_.try_emplace({block.kind, block.generation, source});
        if (is_new) entry->second = Eigen::VectorXd::NullaryExpr(static_cast<Eigen::Index>(block.rows), [&] { return normal(); });
        return entry->second;
    }

    const Pair& labels(const problem::Use& use, int t)
    {
        const Eigen::MatrixXd& X = rows(use.block);
        const Eigen::VectorXd truth = X * w0_;
        Pair y = truth.replicate(1, 2);
        for (const auto& [of, share] : use.labels.models)
            if (of >= 0) y += share * X * (models_[static_cast<std::size_t>(of)] - w0_.replicate(1, 2));
        for (const auto& [of, share] : use.labels.kept)
            y += share * (labels_.at({use.block.kind, use.block.generation, use.copy, of}) - truth.replicate(1, 2));
        for (const auto& [of, share] : use.labels.teachers)
            y += share * (X * deltas_[static_cast<std::size_t>(of)]).replicate(1, 2);
        for (const problem::Noise& own : use.labels.noise) y.col(1) += own.size * noise(use.block, own.source);
        return labels_[{use.block.kind, use.block.generation, use.copy, t}] = y;
    }

    Pair fitted(const problem::Fit& fit, int t)
    {
        struct Row {
            Eigen::RowVectorXd x, y;
            double weight;
        };
        std::vector<Row> all;
        for (const problem::Use& use : fit.uses) {
            const Pair& y = labels(use, t);
            std::vector<Eigen::Index> order(static_cast<std::size_t>(y.rows()));
            std::iota(order.begin(), order.end(), 0);
            std::shuffle(order.begin(), order.end(), generator_);
            order.resize(static_cast<std::size_t>(std::lround(use.share * use.block.rows)));
            if (use.weight > 0)
                for (const Eigen::Index i : order) all.push_back({rows(use.block).row(i), y.row(i), use.weight});
        }
        if (fit.subsample > 0) {
            std::shuffle(all.begin(), all.end(), generator_);
            all.resize(static_cast<std::size_t>(fit.subsample));
        }
        const auto count = static_cast<Eigen::Index>(all.size());
        Eigen::MatrixXd X(count, s_.size());
        Pair y(count, 2);
        for (Eigen::Index i = 0; i < count; ++i) {
            const Row& row = all[static_cast<std::size_t>(i)];
            X.row(i) = std::sqrt(row.weight) * row.x;
            y.row(i) = std::sqrt(row.weight) * row.y;
        }
        const double ridge = fit.ridges[0];
        if (ridge == 0) return X.completeOrthogonalDecomposition().solve(y);
        return (X.transpose() * X + ridge * Eigen::MatrixXd::Identity(s_.size(), s_.size())).ldlt().solve(X.transpose() * y);
    }

    const problem::Scheme& scheme_;
    Eigen::VectorXd s_, w0_;
    std::mt19937_64& generator_;
    std::vector<Eigen::VectorXd> deltas_;
    std::vector<Pair> models_;
    std::map<BlockName, Eigen::MatrixXd> blocks_;
    std::map<std::tuple<int, double, double>, Eigen::VectorXd> noises_;
    std::map<std::tuple<int, double, double, double>, Pair> labels_;
};

/// A chain of `fits` fits that is no built-in protocol: two to four blocks of sizes around d, of which some have a covariance of
/// their own, some fits use some blocks, some of their rows, with weights; labels of earlier models in shares from -0.5 to 1.3, of
/// another teacher, or kept; noise drawn once or anew. Fits without ridge stay 5 rows away from the interpolation threshold.
inline problem::Scheme random_scheme(std::mt19937_64& generator, int fits, double d)
{
    const auto uniform = [&](double a, double b) { return std::uniform_real_distribution<double>(a, b)(generator); };
    const auto chance = [&](double p) { return std::bernoulli_distribution(p)(generator); };
    std::vector<problem::Block> blocks;
    const int count = std::uniform_int_distribution<int>(2, 4)(generator);
    for (int b = 0; b < count; ++b) blocks.push_back({b, 0, std::round(uniform(0.4, 2.2) * d), chance(0.2) ? 1 : 0});

    std::vector<problem::Fit> chain;
    std::map<int, std::vector<int>> used;  // fits in which a block's rows were labelled
    for (int t = 0; t < fits; ++t) {
        problem::Fit fit;
        double rows = 0;
        for (const problem::Block& block : blocks) {
            if (!chance(0.6) && !(block.kind == count - 1 && fit.uses.empty())) continue;
            problem::Use use{block, uniform(0.3, 1.5) / block.rows};
            if (chance(0.15)) use.share = std::round(0.6 * block.rows) / block.rows;
            if (t > 0 && chance(0.7))
                use.labels.models = {
                    {static_cast<double>(std::uniform_int_distribution<int>(0, t - 1)(generator)), uniform(-0.5, 1.3)}};
            if (!used[block.kind].empty() && chance(0.4))
                use.labels.kept = {{static_cast<double>(used[block.kind].back()), uniform(0.2, 0.8)}};
            if (chance(0.2)) use.labels.teachers = {{0, uniform(-1, 1)}};
            use.labels.noise = {{chance(0.5) ? 0.0 : t + 1.0, uniform(0.1, 0.5)}};
            used[block.kind].push_back(t);
            rows += use.share * block.rows;
            fit.uses.push_back(use);
        }
        const bool near = std::abs(rows - d) < 6;
        fit.ridges = {!near && chance(0.25) ? 0 : std::exp(uniform(-5, -1))};
        chain.push_back(fit);
    }
    return {.generation = [chain](double t) { return chain[static_cast<std::size_t>(t)]; },
            .repeats_from = std::numeric_limits<double>::infinity(),
            .last = fits - 1.0,
            .teachers = {{.distance = 0.2}},
            .spectra = {{.beta = 0.3}}};
}

}  // namespace collapse::test
