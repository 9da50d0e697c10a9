#pragma once

#include <cstdint>

#include "collapse/estimator/covariates.hpp"
#include "collapse/problem/errors.hpp"
#include "collapse/problem/model.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::protocol {

using numerics::Index;
using numerics::Matrix;
using numerics::Vector;
using rng::Purpose;

/// What one replicate may use: its model, its random numbers, the options chosen. Every draw is named by its purpose and
/// generation, so that the same name gives the same numbers in whatever order they are drawn.
struct Replicate {
    const problem::LinearModel& model;
    const rng::Draws& draws;
    const estimator::Covariates& covariates;
    const problem::Choices& choices;
    support::Meter& meter;

    /// T fresh rows of covariates.
    estimator::Design design(Index T, std::uint64_t generation = 0) const;
    /// Noise part of a least-squares fit on T >= d fresh rows with unit label noise [d].
    Vector least_squares_noise(Index T, std::uint64_t generation = 0) const;
    /// Independent N(0, 1) numbers [count].
    Vector normals(Purpose purpose, Index count, std::uint64_t generation = 0) const;

    /// The test error of weights with noise-free part `signal` and the rest `noise` [d] against the teacher.
    problem::Errors errors(const Eigen::Ref<const Vector>& signal, const Eigen::Ref<const Vector>& noise) const;
};

}  // namespace collapse::protocol
