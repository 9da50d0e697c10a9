#include "collapse/estimator/covariates.hpp"

#include <stdexcept>

#include "collapse/estimator/drawn_rows.hpp"
#include "collapse/problem/find.hpp"

namespace collapse::estimator {

EntrySource Covariates::entries(const problem::Choices&) const { return {}; }

Design Covariates::design(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices& choices) const
{
    return drawn_design(engine, eigenvalues, T, entries(choices));
}

Vector Covariates::least_squares_noise(rng::Engine& engine, const Vector& eigenvalues, Index T,
                                       const problem::Choices& choices) const
{
    const Design rows = design(engine, eigenvalues, T, choices);
    Vector noise(eigenvalues.size());
    rng::fill_normal(engine, {noise.data(), static_cast<std::size_t>(noise.size())});
    return estimator::least_squares_noise(rows, noise);
}

const Covariates& covariates_called(const std::string& name) { return problem::find_entry(covariates(), "covariates", name); }

BandedRows Covariates::banded_rows(rng::Engine&, Index, Index, const Vector&, double) const
{
    throw std::logic_error("only isotropic covariates are drawn in a basis of one's own");
}

Vector Covariates::least_squares_noise_along(rng::Engine&, Index, Index, const Vector&, double) const
{
    throw std::logic_error("only isotropic covariates are drawn in a basis of one's own");
}

}  // namespace collapse::estimator
