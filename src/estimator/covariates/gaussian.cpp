#include <algorithm>
#include <cmath>

#include "collapse/estimator/covariates.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

namespace {

/// z ~ N(0, 1), sampled without ever drawing a T x d matrix.
class Gaussian final : public Covariates {
  public:
    problem::Description describe() const override
    {
        return {.name = "gaussian",
                .summary = "independent N(0, 1) entries, by exact compressed samplers",
                .parameters = {},
                .options = {},
                .citations = {}};
    }

    /// Z' Z = L L' with L [d x m] lower trapezoidal, m = min(T, d), L_ii^2 ~ chi^2_{T-i+1} (i = 1..m) and N(0, 1) below the
    /// diagonal [Bartlett 1933]: about d m - m^2/2 normals.
    Design design(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices&) const override
    {
        support::ensure(T >= 1, "a design has at least one row");
        const Index d = eigenvalues.size(), m = std::min(T, d);
        const Vector scale = (eigenvalues / static_cast<double>(T)).cwiseSqrt();
        Design design{Matrix(d, m), static_cast<double>(T)};
        for (Index j = 0; j < m; ++j) {
            auto column = design.rows.col(j);
            column.head(j).setZero();
            column[j] = rng::chi(engine, static_cast<double>(T - j));
            rng::fill_normal(engine, {column.data() + j + 1, static_cast<std::size_t>(d - j - 1)});
            column.tail(d - j).array() *= scale.tail(d - j).array();
        }
        return design;
    }

    /// Sigma^-1/2 L^-T z with z ~ N(0, 1) [d] independent of L is normal with covariance (L L')^-1 given L; so it is
    /// Student-distributed: g / chi with g ~ N(0, 1) [d] and chi^2 ~ chi^2_{T-d+1}. A generation of ordinary least squares costs
    /// O(d).
    Vector least_squares_noise(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices&) const override
    {
        const Index d = eigenvalues.size();
        support::ensure(T >= d, "least squares without ridge needs T >= d");
        Vector weights(d);
        const double chi = rng::chi(engine, static_cast<double>(T - d + 1));
        rng::fill_normal(engine, {weights.data(), static_cast<std::size_t>(d)});
        weights.array() /= eigenvalues.array().sqrt() * chi;
        return weights;
    }

    bool isotropic() const override { return true; }

    BandedRows banded_rows(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest) const override
    {
        return draw_banded_rows(engine, d, T, frame, rest);
    }

    /// The same g / chi: along the frame, and as the length of d - k numbers.
    Vector least_squares_noise_along(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest) const override
    {
        const Index k = frame.size();
        const double chi = rng::chi(engine, static_cast<double>(T - d + 1));
        Vector noise(k + 1);
        rng::fill_normal(engine, {noise.data(), static_cast<std::size_t>(k)});
        noise.head(k).array() /= frame.array().sqrt() * chi;
        noise[k] = rng::chi(engine, static_cast<double>(d - k)) / (std::sqrt(rest) * chi);
        return noise;
    }
};

}  // namespace

const Covariates& covariates_gaussian()
{
    static const Gaussian instance;
    return instance;
}

}  // namespace collapse::estimator
