#include "collapse/estimator/design_facts.hpp"

#include <Eigen/Eigenvalues>

#include "collapse/estimator/ridge.hpp"

namespace collapse::estimator {

using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

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

}  // namespace collapse::estimator
