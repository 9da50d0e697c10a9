#include "collapse/protocol/replicate.hpp"

namespace collapse::protocol {

using support::Phase;

estimator::Design Replicate::design(Index T, std::uint64_t generation) const
{
    rng::Engine engine = draws.stream(Purpose::design, generation);
    return meter.measure(Phase::sampling, [&] { return covariates.design(engine, model.eigenvalues, T, choices); });
}

Vector Replicate::least_squares_noise(Index T, std::uint64_t generation) const
{
    rng::Engine engine = draws.stream(Purpose::design, generation);
    return meter.measure(Phase::sampling, [&] { return covariates.least_squares_noise(engine, model.eigenvalues, T, choices); });
}

Vector Replicate::normals(Purpose purpose, Index count, std::uint64_t generation) const
{
    rng::Engine engine = draws.stream(purpose, generation);
    Vector values(count);
    meter.measure(Phase::sampling, [&] { rng::fill_normal(engine, {values.data(), static_cast<std::size_t>(count)}); });
    return values;
}

problem::Errors Replicate::errors(const Eigen::Ref<const Vector>& signal, const Eigen::Ref<const Vector>& noise) const
{
    const auto& s = model.eigenvalues.array();
    const auto error = signal.array() - model.teacher.array();
    return {(s * (error + noise.array()).square()).sum(), (s * error.square()).sum(), (s * noise.array().square()).sum()};
}

}  // namespace collapse::protocol
