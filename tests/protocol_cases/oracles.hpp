#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/brute_force.hpp"
#include "support/cases.hpp"

/// The protocols of THEORY section 2 whose n-th generation is the evaluated model, taken literally (see brute_force.hpp): every row,
/// every label, plain solves. Columns of weights and labels: without noise, with noise.
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

inline MatrixXd twice(const VectorXd& weights)
{
    MatrixXd both(weights.size(), 2);
    both << weights, weights;
    return both;
}

inline problem::Errors mix(Generator& generator, const VectorXd& s, const VectorXd& teacher, const problem::Cell& cell,
                           const problem::Choices& choices)
{
    const bool fixed_rows = choices.at("design") == "fixed", fixed_labels = choices.at("real_labels") == "fixed";
    MatrixXd X = covariates(generator, s, cell.T);
    const MatrixXd first = labels(generator, X, twice(teacher), cell.sigma);
    MatrixXd weights = fit(X, first, cell.lambda);
    double w = choices.at("weighting") == "adaptive" ? 1 : cell.w;
    for (int t = 1; t <= cell.n; ++t) {
        if (choices.at("weighting") == "adaptive") w = (1 + w) / (2 + w);
        if (!fixed_rows) X = covariates(generator, s, cell.T);
        const MatrixXd real = fixed_labels ? first : labels(generator, X, twice(teacher), cell.sigma);
        weights = fit(X, w * real + (1 - w) * labels(generator, X, weights, cell.sigma0), cell.lambda);
    }
    return errors(s, teacher, weights);
}

inline problem::Errors partial(Generator& generator, const VectorXd& s, const VectorXd& teacher, const problem::Cell& cell)
{
    MatrixXd X = covariates(generator, s, cell.T);
    MatrixXd weights = fit(X, labels(generator, X, twice(teacher), cell.sigma), cell.lambda);
    const auto real = static_cast<Eigen::Index>(std::round(cell.p * cell.T));
    for (int t = 1; t <= cell.n; ++t) {
        X = covariates(generator, s, cell.T);
        const MatrixXd real_rows = X.topRows(real), other_rows = X.bottomRows(X.rows() - real);
        const MatrixXd real_labels = labels(generator, real_rows, twice(teacher), cell.sigma);
        weights = fit(X, stacked(real_labels, labels(generator, other_rows, weights, cell.sigma0)), cell.lambda);
    }
    return errors(s, teacher, weights);
}

inline problem::Errors accumulate(Generator& generator, const VectorXd& s, const VectorXd& teacher, const problem::Cell& cell,
                                  const problem::Choices& choices)
{
    const MatrixXd first = covariates(generator, s, cell.T);
    MatrixXd X = first, y = labels(generator, X, twice(teacher), cell.sigma);
    MatrixXd weights = fit(X, y, cell.lambda);
    for (int t = 1; t <= cell.n; ++t) {
        const MatrixXd block = choices.at("design") == "fixed" ? first : covariates(generator, s, cell.T);
        y = stacked(y, labels(generator, block, weights, cell.sigma0));
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
    MatrixXd weights = fit(X, labels(generator, X, twice(teacher), cell.sigma), cell.lambda);
    const double synthetic_rows = std::round(cell.T / cell.k);
    for (int t = 1; t <= cell.n; ++t) {
        X = covariates(generator, s, cell.T);
        const MatrixXd other = covariates(generator, s, synthetic_rows);
        const MatrixXd y =
            stacked(labels(generator, X, twice(teacher), cell.sigma), labels(generator, other, weights, cell.sigma0));
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
