#pragma once

#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include <Eigen/Dense>

#include "collapse/protocol/course.hpp"
#include "collapse/protocol/replicate.hpp"
#include "collapse/protocol/structure.hpp"

/// Label noise averaged over in the plainest way: weights are carried along with one column for every single entry of every noise.
/// It shares the scheme and the drawn rows with the program (also which generations of least squares have the same rows), and no way
/// of fitting.
namespace collapse::test {

class NoiseEntries {
  public:
    NoiseEntries(const problem::Scheme& scheme, const protocol::Replicate& replicate, const protocol::Course& course)
        : scheme_(scheme), replicate_(replicate)
    {
        for (const protocol::Step& step : course.steps) {
            const problem::Block& block = step.fits[0].uses[0].block;
            rows_of_[{block.kind, block.generation}] = step.fits[0].uses.size() == 1 ? step.rows_of : block.generation;
        }
        for (const problem::OtherSpectrum& other : scheme.spectra)
            spectra_.emplace_back(Eigen::ArrayXd::LinSpaced(size(), 1, static_cast<double>(size())).pow(-other.beta).matrix());
        deltas_ = replicate.teachers(scheme.teachers);
    }

    /// Of the model evaluated after n generations.
    problem::Errors errors(double n)
    {
        for (double t = 0; t < n; ++t) models_.push_back(fitted(scheme_.generation(t), t));
        problem::Errors result = errors_of(fitted(protocol::evaluated_fit(scheme_, n), n));
        if (n > 0) result.generator_error = errors_of(models_.back()).test_error;
        return result;
    }

  private:
    /// First column: without noise; then what the entries of the noise add.
    using Columns = Eigen::MatrixXd;
    using BlockName = std::pair<int, double>;

    Eigen::Index size() const { return replicate_.model.teacher.size(); }

    problem::Errors errors_of(const Columns& weights) const
    {
        const Eigen::VectorXd& s = replicate_.model.eigenvalues;
        const double bias = s.dot((weights.col(0) - replicate_.model.teacher).cwiseAbs2());
        const double variance = s.dot(weights.rightCols(weights.cols() - 1).rowwise().squaredNorm());
        return {bias + variance, bias, variance};
    }

    /// B' of the block, as many rows as it was compressed to.
    const Eigen::MatrixXd& rows(problem::Block block)
    {
        const auto shared = rows_of_.find({block.kind, block.generation});
        if (shared != rows_of_.end()) block.generation = shared->second;
        const auto [entry, is_new] = blocks_.try_emplace({block.kind, block.generation});
        if (is_new)
            entry->second = replicate_
                                .design(block, block.spectrum == 0 ? replicate_.model.eigenvalues
                                                                   : spectra_[static_cast<std::size_t>(block.spectrum - 1)])
                                .rows.transpose();
        return entry->second;
    }

    static void add(Columns& sum, double share, const Columns& other)
    {
        if (other.cols() > sum.cols()) {
            const Eigen::Index before = sum.cols();
            sum.conservativeResize(Eigen::NoChange, other.cols());
            sum.rightCols(other.cols() - before).setZero();
        }
        sum.leftCols(other.cols()) += share * other;
    }

    Columns labels(const problem::Use& use, double t)
    {
        const Eigen::MatrixXd& X = rows(use.block);
        const Eigen::VectorXd truth = X * replicate_.model.teacher;
        Columns y = truth;
        for (const auto& [of, share] : use.labels.models) {
            if (of < 0 || share == 0) continue;
            add(y, share, X * models_[static_cast<std::size_t>(of)]);
            y.col(0) -= share * truth;
        }
        for (const auto& [of, share] : use.labels.kept) {
            if (share == 0) continue;
            add(y, share, labels_.at({use.block.kind, use.block.generation, of}));
            y.col(0) -= share * truth;
        }
        for (const auto& [of, share] : use.labels.teachers) y.col(0) += share * X * deltas_[static_cast<std::size_t>(of)];
        for (const problem::Noise& noise : use.labels.noise) {
            const auto [first, is_new] = sources_.try_emplace({use.block.kind, use.block.generation, noise.source}, entries_ + 1);
            if (is_new) entries_ += X.rows();
            Columns unit = Columns::Zero(X.rows(), first->second + X.rows());
            unit.rightCols(X.rows()).setIdentity();
            add(y, noise.size / std::sqrt(use.block.rows), unit);
        }
        return labels_[{use.block.kind, use.block.generation, t}] = y;
    }

    Columns fitted(const problem::Fit& fit, double t)
    {
        std::vector<problem::Use> uses = protocol::present_uses(fit);
        Columns X(0, size()), y(0, 1);
        for (const problem::Use& use : uses) {
            const double root = std::sqrt(use.weight * use.block.rows);
            const Columns own = labels(use, t);
            const Eigen::Index before = X.rows(), columns = std::max(y.cols(), own.cols());
            X.conservativeResize(before + own.rows(), Eigen::NoChange);
            X.bottomRows(own.rows()) = root * rows(use.block);
            Columns both = Columns::Zero(before + own.rows(), columns);
            both.topLeftCorner(before, y.cols()) = y;
            both.bottomLeftCorner(own.rows(), own.cols()) = root * own;
            y = both;
        }
        const double ridge = fit.ridges[0];
        if (ridge == 0) return X.completeOrthogonalDecomposition().solve(y);
        return (X.transpose() * X + ridge * Eigen::MatrixXd::Identity(size(), size())).ldlt().solve(X.transpose() * y);
    }

    const problem::Scheme& scheme_;
    const protocol::Replicate& replicate_;
    std::vector<Eigen::VectorXd> spectra_, deltas_;
    std::vector<Columns> models_;
    std::map<BlockName, double> rows_of_;  ///< generation whose rows a block has
    std::map<BlockName, Eigen::MatrixXd> blocks_;
    std::map<std::tuple<int, double, double>, Eigen::Index> sources_;  ///< column of the first entry
    std::map<std::tuple<int, double, double>, Columns> labels_;
    Eigen::Index entries_ = 0;
};

}  // namespace collapse::test
