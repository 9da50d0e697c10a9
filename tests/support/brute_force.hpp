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

/// Labels by two labellers at once, the columns of `weights`: the first without noise, the second with noise of size `sigma`.
inline MatrixXd labels(Generator& generator, const MatrixXd& X, const MatrixXd& weights, double sigma)
{
    MatrixXd y = X * weights;
    y.col(1) += sigma * normal_matrix(generator, X.rows(), 1);
    return y;
}

/// bias of the noise-free chain, variance of what noise adds on the same covariates, and the test error as every replicate counts it:
/// the mean over all label noises and over their negatives, which lead to the mirror images of the weights.
inline problem::Errors errors(const VectorXd& eigenvalues, const VectorXd& teacher, const MatrixXd& weights)
{
    const auto size = [&](const VectorXd& w) { return w.cwiseAbs2().dot(eigenvalues); };
    const VectorXd mirrored = 2 * weights.col(0) - weights.col(1);
    return {(size(weights.col(1) - teacher) + size(mirrored - teacher)) / 2, size(weights.col(0) - teacher),
            size(weights.col(1) - weights.col(0))};
}

/// Protocol `replace`.
inline problem::Errors replace(Generator& generator, const VectorXd& eigenvalues, const VectorXd& teacher,
                               const problem::Cell& cell)
{
    MatrixXd weights(teacher.size(), 2);
    weights << teacher, teacher;
    for (int m = 1; m <= cell.n; ++m) {
        const MatrixXd X = covariates(generator, eigenvalues, cell.T0);
        weights = fit(X, labels(generator, X, weights, cell.sigma0), cell.lambda0);
    }
    const MatrixXd X = covariates(generator, eigenvalues, cell.T);
    weights = fit(X, labels(generator, X, weights, cell.sigma), cell.lambda);
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
