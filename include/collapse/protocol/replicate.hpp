#pragma once

#include <cstdint>

#include "collapse/estimator/covariates.hpp"
#include "collapse/problem/errors.hpp"
#include "collapse/problem/model.hpp"
#include "collapse/problem/scheme.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::protocol {

using numerics::Index;
using numerics::Matrix;
using numerics::Vector;
using rng::Purpose;

/// What one replicate may use: its model, its random numbers, the options chosen. Every draw is named by its purpose and place,
/// so that the same name gives the same numbers in whatever order they are drawn.
struct Replicate {
    const problem::LinearModel& model;
    const rng::Draws& draws;
    const estimator::Covariates& covariates;
    const problem::Choices& choices;
    support::Meter& meter;

    /// The rows of a block, for its eigenvalues [d].
    estimator::Design design(const problem::Block& block, const Vector& eigenvalues) const;
    /// The same rows one by one, not compressed, for fits on some of them.
    estimator::Design rows(const problem::Block& block, const Vector& eigenvalues) const;
    /// Noise parts of so many least-squares fits on the block's T >= d rows with unit label noise [d x draws]; of more draws the
    /// first are the same, and all but the first may be of other rows.
    Matrix least_squares_noise(const problem::Block& block, const Vector& eigenvalues, Index draws = 1) const;
    /// Independent N(0, 1) numbers [count x draws], for one source of noise of a block's labels; of more draws the first are the same.
    Matrix noise(const problem::Block& block, double source, Index count, Index draws = 1) const;
    /// The vectors by which other teachers differ from the truth [d].
    std::vector<Vector> teachers(const std::vector<problem::OtherTeacher>& teachers) const;

    /// The test error of noise-free weights [d] against the teacher.
    double bias(const Eigen::Ref<const Vector>& signal) const;
    /// What weights [d] that noise adds contribute to the test error.
    double power(const Eigen::Ref<const Vector>& weights) const;
};

}  // namespace collapse::protocol
