#pragma once

#include <functional>
#include <span>
#include <string>

#include "collapse/estimator/banded_rows.hpp"
#include "collapse/estimator/design.hpp"
#include "collapse/problem/description.hpp"

namespace collapse::estimator {

/// Fills a range with independent, centred numbers of unit variance.
using EntrySource = std::function<void(rng::Engine&, std::span<double>)>;

/// A family of distributions of the independent, centred entries of unit variance that covariates x = Sigma^1/2 z are made of:
/// one file in src/estimator/covariates/ each. Theory holds for Gaussian entries; the others show how far it reaches.
class Covariates {
  public:
    virtual ~Covariates() = default;
    virtual problem::Description describe() const = 0;

    /// Where entries are drawn one by one: what draws them; else empty.
    virtual EntrySource entries(const problem::Choices& choices) const;

    /// A design of T >= 1 rows for eigenvalues s [d], compressed to at most d rows: drawn_design(), unless there is a shorter way.
    virtual Design design(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices& choices) const;

    /// The noise part of a least-squares fit (lambda = 0) on T >= d fresh rows with unit label noise [d].
    virtual Vector least_squares_noise(rng::Engine& engine, const Vector& eigenvalues, Index T,
                                       const problem::Choices& choices) const;

    /// Whether rotations of z leave its distribution as it is, so that rows can be drawn in any basis: the following two are for such.
    virtual bool isotropic() const { return false; }

    /// Rows with variances `frame` [k] along k directions and `rest` along all others: see draw_banded_rows().
    virtual BandedRows banded_rows(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest) const;

    /// least_squares_noise() along the frame, and the length of what is left [k + 1].
    virtual Vector least_squares_noise_along(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest) const;
};

/// The table of covariates: every file of src/estimator/covariates/, in alphabetical order (made by CMake from its listing).
std::span<const Covariates* const> covariates();

/// The entry called `name`. Throws InvalidInput that names the nearest known one.
const Covariates& covariates_called(const std::string& name);

}  // namespace collapse::estimator
