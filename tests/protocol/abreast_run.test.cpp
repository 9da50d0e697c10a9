#include <catch2/catch.hpp>

#include <cmath>
#include <map>

#include <Eigen/Dense>

#include "collapse/protocol/protocol.hpp"
#include "collapse/protocol/simulation.hpp"
#include "collapse/protocol/structure.hpp"
#include "support/cases.hpp"
#include "support/tolerance.hpp"

// Replicates abreast against each by itself, and against the chain of fits taken literally on the same draws.

namespace protocol_abreast_run_test {

using namespace collapse;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;
using problem::Cell;
using problem::ErrorForm;
using problem::Level;

namespace {

struct Setting {
    std::string protocol;
    problem::Choices choices;
    Cell cell;
    std::string covariates = "gaussian";
};

std::vector<Setting> settings()
{
    const Cell base{.alpha = 1, .beta = 0.7, .d = 11, .sigma = 0.3, .sigma0 = 0.6};
    std::vector<Setting> result;
    for (const std::string covariates : {"gaussian", "rademacher", "student"})
        for (const double T : {1.0, 7.0, 11.0, 40.0}) {
            Cell cell = base;
            cell.T = T;
            for (const auto& [T0, lambda0] : {std::pair{50., 0.}, {50., 0.2}, {6., 0.2}}) {
                cell.T0 = T0, cell.lambda0 = lambda0;
                result.push_back({"replace", {}, cell, covariates});
            }
            cell = base;
            cell.T = T, cell.w = 0.4;
            result.push_back({"mix", {}, cell, covariates});
        }
    return result;
}

problem::ModelSettings model_of(const Setting& setting)
{
    problem::ModelSettings model;
    model.choices = test::with_defaults(protocol::protocol_called(setting.protocol), setting.choices);
    if (setting.covariates == "student") model.choices["degrees_of_freedom"] = "5";
    model.covariates = setting.covariates;
    return model;
}

/// Weights without noise, and what noise of each level adds [d x 3].
class Literal {
  public:
    Literal(const problem::Scheme& unit, const protocol::Replicate& replicate, std::size_t ridge)
        : unit_(unit), replicate_(replicate), ridge_(ridge)
    {
    }

    ErrorForm evaluated(double n)
    {
        for (double t = static_cast<double>(models_.size()); t < n; ++t) models_.push_back(fitted(unit_.generation(t)));
        const Matrix w = fitted(unit_.evaluated ? unit_.evaluated(n) : unit_.generation(n));
        return {replicate_.bias(w.col(0)), {replicate_.power(w.col(1)), replicate_.power(w.col(2))}};
    }

  private:
    Matrix fitted(const problem::Fit& fit)
    {
        const problem::Use& use = fit.uses[0];
        const Vector &s = replicate_.model.eigenvalues, &truth = replicate_.model.teacher;
        Matrix source = Matrix::Zero(s.size(), 3);
        source.col(0) = protocol::share_of_truth(use.labels) * truth;
        for (const problem::Share& model : use.labels.models)
            if (model.of >= 0) source += model.share * models_[static_cast<std::size_t>(model.of)];
        if (fit.ridges[ridge_] == 0) {
            const Vector noise = replicate_.least_squares_noise(use.block, s);
            for (const Level level : {Level::sigma, Level::sigma0})
                source.col(1 + static_cast<Index>(number_of(level))) +=
                    std::sqrt(protocol::noise_variance(use.labels, level)) * noise;
            return source;
        }
        const Matrix B = replicate_.design(use.block, s).rows;
        Matrix y = B.transpose() * source;
        for (const problem::Noise& noise : use.labels.noise)
            y.col(1 + static_cast<Index>(number_of(noise.level))) +=
                noise.size / std::sqrt(use.block.rows) * replicate_.noise(use.block, noise.source, B.cols());
        const Matrix K = B * B.transpose() + fit.ridges[ridge_] * Matrix::Identity(s.size(), s.size());
        return K.ldlt().solve(B * y);
    }

    const problem::Scheme& unit_;
    const protocol::Replicate& replicate_;
    std::size_t ridge_;
    std::vector<Matrix> models_;
};

}  // namespace

TEST_CASE("Replicates abreast are the chain of fits taken literally, and have the same bits alone and together", "[protocol]")
{
    const std::vector<double> ridges{0.01, 0.5}, generations{0, 1, 3};
    for (const Setting& setting : settings()) {
        INFO(setting.protocol << " " << setting.covariates << " T = " << setting.cell.T << " T0 = " << setting.cell.T0
                              << " lambda0 = " << setting.cell.lambda0);
        const problem::ModelSettings model = model_of(setting);
        const protocol::Row row{setting.cell, ridges, generations};
        const protocol::LevelledScheme scheme = protocol::protocol_called(setting.protocol).levelled(row, model.choices);
        const protocol::Simulation simulation(scheme, row, setting.cell.d);
        REQUIRE(simulation.at_once() == 8);
        support::Meter meter;
        std::vector<rng::Draws> draws;
        for (std::uint64_t i = 0; i < 5; ++i) draws.emplace_back(rng::Key(12), i);
        const problem::LinearModel instance = problem::instance_of(model, setting.cell, draws[0]);
        const auto& covariates = estimator::covariates_called(setting.covariates);
        std::vector<protocol::Replicate> replicates;
        for (const rng::Draws& own : draws) replicates.push_back({instance, own, covariates, model.choices, meter});
        const auto together = simulation(std::span<const protocol::Replicate>(replicates));
        for (std::size_t k = 0; k < replicates.size(); ++k) {
            const auto alone = simulation(replicates[k]);
            for (std::size_t i = 0; i < ridges.size(); ++i) {
                Literal literal(scheme.unit, replicates[k], i);
                for (std::size_t j = 0; j < generations.size(); ++j) {
                    const ErrorForm &form = together[k](i, j).evaluated, expected = literal.evaluated(generations[j]);
                    CHECK(form.bias == Approx(expected.bias).epsilon(test::theory));
                    CHECK(form.variance[0] == Approx(expected.variance[0]).epsilon(test::theory));
                    CHECK(form.variance[1] == Approx(expected.variance[1]).epsilon(test::theory));
                    CHECK(form.bias == alone(i, j).evaluated.bias);
                    CHECK(form.variance == alone(i, j).evaluated.variance);
                    CHECK((generations[j] == 0 || together[k](i, j).generator.bias == alone(i, j).generator.bias));
                }
            }
        }
    }
}

TEST_CASE("Larger problems, fits without a ridge and shared rows are simulated one by one", "[protocol]")
{
    const Cell cell{.alpha = 1, .beta = 0.7, .T = 30, .d = 11, .T0 = 40, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.6};
    const auto at_once = [](const std::string& protocol, const Cell& of, std::vector<double> ridges) {
        const protocol::Row row{of, std::move(ridges), {0, 2}};
        const auto& called = protocol::protocol_called(protocol);
        return protocol::Simulation(called.levelled(row, test::with_defaults(called, {})), row, of.d).at_once();
    };
    CHECK(at_once("replace", cell, {0, 0.1}) == 8);  // least squares on enough rows
    Cell other = cell;
    other.T = 5;
    CHECK(at_once("replace", other, {0}) == 1);
    CHECK(at_once("replace", other, {0, 0.1}) == 8);  // each in its way
    other = cell;
    other.d = 300, other.T0 = 400;
    CHECK(at_once("replace", other, {0.1}) == 1);
    other = cell;
    other.T0 = Cell::unset, other.lambda0 = Cell::unset;
    CHECK(at_once("accumulate", other, {0.1}) == 1);
}

}  // namespace protocol_abreast_run_test
