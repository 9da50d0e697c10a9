#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/brute_force.hpp"
#include "support/cases.hpp"

/// The protocols of THEORY section 2 whose n-th generation is the evaluated model, taken literally (see brute_force.hpp): every row,
/// every label, plain solves. Columns of weights and labels: without noise, and with that of each level.
namespace collapse::test::brute_force {

/// argmin sum_i a_i (y_i - x_i w)^2 + lambda |w|^2; the minimum-norm solution at lambda = 0.
inline MatrixXd weighted_fit(const MatrixXd& X, const MatrixXd& y, const VectorXd& a, double lambda)
{
    const VectorXd root = a.cwiseSqrt();
    const MatrixXd scaled = root.asDiagonal() * X, labels = root.asDiagonal() * y;
    if (lambda == 0) return scaled.completeOrthogonalDecomposition().solve(labels);
    const MatrixXd normal_equations = scaled.transpose() * scaled + lambda * MatrixXd::Identity(X.cols(), X.cols());
    return normal_equations.ldlt().solve(scaled.transpose() * labels);
}

inline MatrixXd stacked(const MatrixXd& above, const MatrixXd& below)
{
    MatrixXd result(above.rows() + below.rows(), above.cols());
    result << above, below;
    return result;
}

/// Real labels.
inline MatrixXd real_labels(Generator& generator, const MatrixXd& X, const VectorXd& teacher, const problem::Cell& cell)
{
    return labels(generator, X, thrice(teacher), problem::Level::sigma, cell.sigma);
}

/// Labels by a model.
inline MatrixXd other_labels(Generator& generator, const MatrixXd& X, const MatrixXd& weights, const problem::Cell& cell)
{
    return labels(generator, X, weights, problem::Level::sigma0, cell.sigma0);
}

inline problem::Errors mix(Generator& generator, const VectorXd& s, const VectorXd& teacher, const problem::Cell& cell,
                           const problem::Choices& choices)
{
    const bool fixed_rows = choices.at("design") == "fixed", fixed_labels = choices.at("real_labels") == "fixed";
    MatrixXd X = covariates(generator, s, cell.T);
    const MatrixXd first = real_labels(generator, X, teacher, cell);
    MatrixXd weights = fit(X, first, cell.lambda);
    double w = choices.at("weighting") == "adaptive" ? 1 : cell.w;
    for (int t = 1; t <= cell.n; ++t) {
        if (choices.at("weighting") == "adaptive") w = (1 + w) / (2 + w);
        if (!fixed_rows) X = covariates(generator, s, cell.T);
        const MatrixXd real = fixed_labels ? first : real_labels(generator, X, teacher, cell);
        weights = fit(X, w * real + (1 - w) * other_labels(generator, X, weights, cell), cell.lambda);
    }
    return errors(s, teacher, weights);
}

inline problem::Errors partial(Generator& generator, const VectorXd& s, const VectorXd& teacher, const problem::Cell& cell)
{
    MatrixXd X = covariates(generator, s, cell.T);
    MatrixXd weights = fit(X, real_labels(generator, X, teacher, cell), cell.lambda);
    const auto real_count = static_cast<Eigen::Index>(std::round(cell.p * cell.T));
    for (int t = 1; t <= cell.n; ++t) {
        X = covariates(generator, s, cell.T);
        const MatrixXd real_rows = X.topRows(real_count), other_rows = X.bottomRows(X.rows() - real_count);
        const MatrixXd real = real_labels(generator, real_rows, teacher, cell);
        weights = fit(X, stacked(real, other_labels(generator, other_rows, weights, cell)), cell.lambda);
    }
    return errors(s, teacher, weights);
}

inline problem::Errors accumulate(Generator& generator, const VectorXd& s, const VectorXd& teacher, const problem::Cell& cell,
                                  const problem::Choices& choices)
{
    const MatrixXd first = covariates(generator, s, cell.T);
    MatrixXd X = first, y = real_labels(generator, X, teacher, cell);
    MatrixXd weights = fit(X, y, cell.lambda);
    for (int t = 1; t <= cell.n; ++t) {
        const MatrixXd block = choices.at("design") == "fixed" ? first : covariates(generator, s, cell.T);
        y = stacked(y, other_labels(generator, block, weights, cell));
        X = stacked(X, block);
        if (choices.at("subsample") == "no") {
            weights = fit(X, y, cell.lambda);
            continue;
        }
        std::vector<Eigen::Index> rows(static_cast<std::size_t>(X.rows()));
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<Eigen::Index>(i);
        std::shuffle(rows.begin(), rows.end(), generator);
        rows.resize(static_cast<std::size_t>(cell.T));
        weights = fit(X(rows, Eigen::all), y(rows, Eigen::all), cell.lambda);
    }
    return errors(s, teacher, weights);
}

inline problem::Errors weighted(Generator& generator, const VectorXd& s, const VectorXd& teacher, const problem::Cell& cell)
{
    MatrixXd X = covariates(generator, s, cell.T);
    MatrixXd weights = fit(X, real_labels(generator, X, teacher, cell), cell.lambda);
    const double synthetic_rows = std::round(cell.T / cell.k);
    for (int t = 1; t <= cell.n; ++t) {
        X = covariates(generator, s, cell.T);
        const MatrixXd other = covariates(generator, s, synthetic_rows);
        const MatrixXd y = stacked(real_labels(generator, X, teacher, cell), other_labels(generator, other, weights, cell));
        VectorXd a(y.rows());
        a << VectorXd::Constant(X.rows(), cell.w / cell.T), VectorXd::Constant(other.rows(), (1 - cell.w) / synthetic_rows);
        weights = weighted_fit(stacked(X, other), y, a, cell.lambda);
    }
    return errors(s, teacher, weights);
}

/// One replicate of any of them.
inline problem::Errors replicate(const std::string& protocol, Generator& generator, const VectorXd& s, const VectorXd& teacher,
                                 const problem::Cell& cell, const problem::Choices& choices)
{
    if (protocol == "mix") return mix(generator, s, teacher, cell, choices);
    if (protocol == "partial") return partial(generator, s, teacher, cell);
    if (protocol == "accumulate") return accumulate(generator, s, teacher, cell, choices);
    if (protocol == "weighted") return weighted(generator, s, teacher, cell);
    return replace(generator, s, teacher, cell);
}

}  // namespace collapse::test::brute_force
