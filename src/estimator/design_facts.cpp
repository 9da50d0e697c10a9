#include "collapse/estimator/design_facts.hpp"

#include <algorithm>

#include <Eigen/Eigenvalues>

#include "collapse/estimator/ridge.hpp"

namespace collapse::estimator {

using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

namespace {

constexpr Index largest_observed = 4000;  // whose eigenvalues take some seconds

}  // namespace

DesignFacts facts_of(const Design& design, const Vector& teacher, double lambda)
{
    Matrix kernel = gram(design).selfadjointView<Eigen::Lower>();
    const Vector eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix>(kernel, Eigen::EigenvaluesOnly).eigenvalues();
    kernel.diagonal().array() += lambda;
    const Vector labels = design.rows.transpose() * teacher;
    const Vector solved = kernel.llt().solve(labels);
    const double smallest = eigenvalues.minCoeff(), largest = eigenvalues.maxCoeff();
    return {design.T,
            smallest,
            largest,
            (largest + lambda) / (smallest + lambda),
            lambda * solved.norm() / labels.norm(),  // y - K (K + lambda)^-1 y = lambda (K + lambda)^-1 y
            (kernel * solved - labels).norm() / labels.norm()};
}

Design Observer::design(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices& choices) const
{
    Design design = observed_->design(engine, eigenvalues, T, choices);
    designs.push_back(facts_of(design, *teacher_, lambda_));
    return design;
}

Vector Observer::least_squares_noise(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices& choices) const
{
    ++without_design;
    return observed_->least_squares_noise(engine, eigenvalues, T, choices);
}

BandedRows Observer::banded_rows(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest) const
{
    BandedRows rows = observed_->banded_rows(engine, d, T, frame, rest);
    if (rows.count() > largest_observed) return rows;
    Design design{Matrix::Zero(d, rows.count()), static_cast<double>(T), false};
    for (Index i = 0; i < rows.count(); ++i) {
        const Index entries = std::min(rows.band.rows(), d - i);
        design.rows.col(i).segment(i, entries) = rows.band.col(i).head(entries);
    }
    designs.push_back(facts_of(design, Vector::Unit(d, frame.size() - 1), lambda_));
    return rows;
}

Vector Observer::least_squares_noise_along(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest) const
{
    ++without_design;
    return observed_->least_squares_noise_along(engine, d, T, frame, rest);
}

}  // namespace collapse::estimator
