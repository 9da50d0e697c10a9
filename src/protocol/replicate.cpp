#include "collapse/protocol/replicate.hpp"

#include "collapse/protocol/course.hpp"

namespace collapse::protocol {

using support::Phase;

estimator::Design Replicate::design(const problem::Block& block, const Vector& eigenvalues) const
{
    rng::Engine engine = draws.stream(Purpose::design, place_of(block));
    return meter.measure(Phase::sampling,
                         [&] { return covariates.design(engine, eigenvalues, static_cast<Index>(block.rows), choices); });
}

/// A design of one row is that row up to its sign.
estimator::Design Replicate::rows(const problem::Block& block, const Vector& eigenvalues) const
{
    rng::Engine engine = draws.stream(Purpose::design, place_of(block));
    estimator::Design result{Matrix(eigenvalues.size(), static_cast<Index>(block.rows)), block.rows, false};
    meter.measure(Phase::sampling, [&] {
        for (auto row : result.rows.colwise())
            row = covariates.design(engine, eigenvalues, 1, choices).rows / std::sqrt(block.rows);
    });
    return result;
}

Matrix Replicate::least_squares_noise(const problem::Block& block, const Vector& eigenvalues, Index copies) const
{
    rng::Engine engine = draws.stream(Purpose::design, place_of(block));
    Matrix values(eigenvalues.size(), copies);
    meter.measure(Phase::sampling, [&] {
        for (auto column : values.colwise())
            column = covariates.least_squares_noise(engine, eigenvalues, static_cast<Index>(block.rows), choices);
    });
    return values;
}

Matrix Replicate::noise(const problem::Block& block, double source, Index count, Index copies) const
{
    rng::Engine engine = draws.stream(Purpose::noise, place_of(block, source));
    Matrix values(count, copies);
    meter.measure(Phase::sampling, [&] { rng::fill_normal(engine, {values.data(), static_cast<std::size_t>(values.size())}); });
    return values;
}

/// Signs are drawn one by one: replicates differ in them alone, so that every one has the distance.
std::vector<Vector> Replicate::teachers(const std::vector<problem::OtherTeacher>& teachers) const
{
    std::vector<Vector> result;
    for (std::size_t k = 0; k < teachers.size(); ++k) {
        if (teachers[k].delta.size() > 0) {
            result.emplace_back(teachers[k].delta.matrix());
            continue;
        }
        rng::Engine engine = draws.stream(Purpose::teacher, {k + 1, 0, 0});
        Vector signs(model.teacher.size());
        for (double& sign : signs) sign = (engine() & 1U) != 0 ? 1 : -1;
        const double power = model.eigenvalues.dot(model.teacher.cwiseAbs2());
        result.emplace_back(std::sqrt(teachers[k].distance / power) * signs.cwiseProduct(model.teacher.cwiseAbs()));
    }
    return result;
}

double Replicate::bias(const Eigen::Ref<const Vector>& signal) const
{
    return (model.eigenvalues.array() * (signal.array() - model.teacher.array()).square()).sum();
}

double Replicate::power(const Eigen::Ref<const Vector>& weights) const
{
    return (model.eigenvalues.array() * weights.array().square()).sum();
}

}  // namespace collapse::protocol
