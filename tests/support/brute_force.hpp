#pragma once

#include <cmath>
#include <random>

#include <Eigen/Dense>

#include "collapse/problem/cell.hpp"
#include "collapse/problem/errors.hpp"

/// THEORY sections 1 and 2 taken literally: draw every covariate and every label, solve, compare. It shares no code with the
/// program, not even the generator of random numbers.
namespace collapse::test::brute_force {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Generator = std::mt19937_64;

inline MatrixXd normal_matrix(Generator& generator, Eigen::Index rows, Eigen::Index columns)
{
    std::normal_distribution<double> normal;
    return MatrixXd::NullaryExpr(rows, columns, [&] { return normal(generator); });
}

/// T rows x ~ N(0, diag(eigenvalues)) [T x d].
inline MatrixXd covariates(Generator& generator, const VectorXd& eigenvalues, double T)
{
    return normal_matrix(generator, static_cast<Eigen::Index>(T), eigenvalues.size()) * eigenvalues.cwiseSqrt().asDiagonal();
}

/// argmin (1/T) |y - X w|^2 + lambda |w|^2; the minimum-norm least-squares fit at lambda = 0. One column a label vector.
inline MatrixXd fit(const MatrixXd& X, const MatrixXd& y, double lambda)
{
    const auto T = static_cast<double>(X.rows());
    if (lambda == 0) return X.completeOrthogonalDecomposition().solve(y);
    const MatrixXd normal_equations = X.transpose() * X / T + lambda * MatrixXd::Identity(X.cols(), X.cols());
    return normal_equations.ldlt().solve(X.transpose() * y / T);
}

/// Labels by three labellers at once, the columns of `weights`: without noise, and with that of each level.
inline MatrixXd labels(Generator& generator, const MatrixXd& X, const MatrixXd& weights, problem::Level level, double size)
{
    MatrixXd y = X * weights;
    y.col(level == problem::Level::sigma ? 1 : 2) += size * normal_matrix(generator, X.rows(), 1);
    return y;
}

/// The same labeller three times.
inline MatrixXd thrice(const VectorXd& weights) { return weights.replicate(1, 3); }

/// bias of the noise-free chain, variance of what noise adds on the same covariates, and the test error as every replicate counts it:
/// the mean over all noises of sigma and of sigma0 and over their negatives, which lead to mirror images of the weights.
inline problem::Errors errors(const VectorXd& eigenvalues, const VectorXd& teacher, const MatrixXd& weights)
{
    const auto size = [&](const VectorXd& w) { return w.cwiseAbs2().dot(eigenvalues); };
    const VectorXd sigma = weights.col(1) - weights.col(0), sigma0 = weights.col(2) - weights.col(0);
    double test_error = 0;
    for (const double sign : {-1, 1})
        for (const double sign0 : {-1, 1}) test_error += size(weights.col(0) + sign * sigma + sign0 * sigma0 - teacher) / 4;
    return {test_error, size(weights.col(0) - teacher), size(sigma) + size(sigma0)};
}

/// Protocol `replace`.
inline problem::Errors replace(Generator& generator, const VectorXd& eigenvalues, const VectorXd& teacher,
                               const problem::Cell& cell)
{
    MatrixXd weights = thrice(teacher);
    for (int m = 1; m <= cell.n; ++m) {
        const MatrixXd X = covariates(generator, eigenvalues, cell.T0);
        weights = fit(X, labels(generator, X, weights, problem::Level::sigma0, cell.sigma0), cell.lambda0);
    }
    const MatrixXd X = covariates(generator, eigenvalues, cell.T);
    weights = fit(X, labels(generator, X, weights, problem::Level::sigma, cell.sigma), cell.lambda);
    return errors(eigenvalues, teacher, weights);
}

/// The spectrum s_j = j^-beta and a power-law teacher of unit signal power.
inline VectorXd eigenvalues(const problem::Cell& cell)
{
    VectorXd s(static_cast<Eigen::Index>(cell.d));
    for (Eigen::Index j = 0; j < s.size(); ++j) s[j] = std::pow(static_cast<double>(j + 1), -cell.beta);
    return s;
}

inline VectorXd teacher(const problem::Cell& cell)
{
    VectorXd w(static_cast<Eigen::Index>(cell.d));
    for (Eigen::Index j = 0; j < w.size(); ++j) w[j] = std::pow(static_cast<double>(j + 1), -cell.alpha / 2);
    return w / std::sqrt(w.cwiseAbs2().dot(eigenvalues(cell)));
}

}  // namespace collapse::test::brute_force
