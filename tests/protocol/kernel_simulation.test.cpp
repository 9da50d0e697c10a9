#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <random>

#include <Eigen/Dense>

#include "collapse/protocol/kernel_simulation.hpp"
#include "collapse/protocol/protocol.hpp"
#include "support/cases.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

namespace protocol_kernel_simulation_test {

namespace {

constexpr Index N = 400, p = 6, test_rows = 40;

/// Rows of six features, and a target that is no linear function of them.
const data::Dataset& dataset()
{
    static const data::Dataset once = [] {
        std::mt19937_64 generator(8);
        std::normal_distribution<double> normal;
        data::Numbers rows{{N, p}, {}, {}}, targets{{N}, {}, {}};
        for (Index i = 0; i < N; ++i) {
            double sum = 0;
            for (Index j = 0; j < p; ++j) {
                rows.values.push_back(normal(generator) / (1 + static_cast<double>(j)));
                sum += rows.values.back();
            }
            targets.values.push_back(sum + 0.5 * sum * sum);
        }
        return data::Dataset(std::move(rows), targets, data::Target::value);
    }();
    return once;
}

const problem::Choices kernel_options{{"gamma", "0.4"}, {"factorisation", "once"}, {"degree", "3"}, {"c0", "1"}};

protocol::KernelProblem problem_of(const char* kernel, const problem::Choices& choices = kernel_options)
{
    return {dataset(), estimator::kernel_called(kernel), choices, test_rows};
}

/// A chain of fits on real rows, by the normal equations in the space of the features: shares with the program the scheme, which rows
/// are whose, and the numbers of the noise.
class Literal {
  public:
    Literal(const problem::Scheme& scheme, const protocol::Allotment& allotment, const rng::Draws& draws, std::size_t ridge)
        : scheme_(scheme), allotment_(allotment), draws_(draws), ridge_(ridge), order_(protocol::Allotment::order(draws, N))
    {
    }

    problem::ErrorForm evaluated(double n)
    {
        for (double t = static_cast<double>(models_.size()); t < (scheme_.evaluated ? n : n + 1); ++t)
            models_.push_back(fitted(scheme_.generation(t), t));
        const Matrix w = scheme_.evaluated ? fitted(scheme_.evaluated(n), 1000 + n) : models_[static_cast<std::size_t>(n)];
        const auto rows = allotment_.test_rows(order_);
        const Matrix predicted = dataset().rows(rows).values().transpose() * w;
        const double bias = (predicted.col(0) - dataset().targets(rows)).squaredNorm() / test_rows;
        problem::ErrorForm form{.bias = bias};
        for (Index level = 0; level < 2; ++level)
            form.variance[static_cast<std::size_t>(level)] =
                (predicted.col(1 + level) - predicted.col(0)).squaredNorm() / test_rows;
        return form;
    }

  private:
    Matrix features(const problem::Block& block) const
    {
        return dataset().rows(allotment_.rows_of(block, order_)).values().transpose();
    }

    /// Without noise, and with that of each level [T x 3].
    Matrix labels(const problem::Use& use, double t)
    {
        const Matrix X = features(use.block), truth = dataset().targets(allotment_.rows_of(use.block, order_)).replicate(1, 3);
        Matrix y = truth;
        for (const auto& [of, share] : use.labels.models)
            if (of >= 0) y += share * (X * models_[static_cast<std::size_t>(of)] - truth);
        for (const auto& [of, share] : use.labels.kept)
            if (share != 0) y += share * (kept_.at({protocol::key_of(use.block), use.copy, of}) - truth);
        for (const problem::Noise& noise : use.labels.noise) {
            rng::Engine engine = draws_.stream(
                rng::Purpose::noise, {static_cast<std::uint64_t>(use.block.kind), static_cast<std::uint64_t>(use.block.generation),
                                      static_cast<std::uint64_t>(noise.source)});
            Vector unit(y.rows());
            rng::fill_normal(engine, {unit.data(), static_cast<std::size_t>(unit.size())});
            y.col(1 + static_cast<Index>(number_of(noise.level))) += noise.size * unit;
        }
        return kept_[{protocol::key_of(use.block), use.copy, t}] = y;
    }

    Matrix fitted(const problem::Fit& fit, double t)
    {
        Matrix S = fit.ridges[ridge_] * Matrix::Identity(p, p), b = Matrix::Zero(p, 3);
        for (const problem::Use& use : fit.uses) {
            if (!(use.weight > 0 && use.block.rows > 0)) continue;
            const Matrix X = features(use.block);
            S += use.weight * X.transpose() * X;
            b += use.weight * X.transpose() * labels(use, t);
        }
        return S.ldlt().solve(b);
    }

    const problem::Scheme& scheme_;
    const protocol::Allotment& allotment_;
    const rng::Draws& draws_;
    std::size_t ridge_;
    std::vector<Index> order_;
    std::vector<Matrix> models_;
    std::map<protocol::LabelKey, Matrix> kept_;
};

/// Every protocol with a choice of options, on rows that all fit into the data set.
struct Case {
    const char* protocol;
    problem::Choices choices;
};
const std::vector<Case> protocols{
    {"replace", {}},
    {"mix", {{"design", "fresh"}}},
    {"mix", {{"design", "fixed"}}},
    {"mix", {{"design", "fixed"}, {"real_labels", "fixed"}}},
    {"partial", {}},
    {"accumulate", {}},
    {"accumulate", {{"design", "fixed"}}},
    {"weighted", {}},
    {"mixture", {}},
    {"distill", {}},
};

protocol::Row row_of(const protocol::Protocol& protocol, std::vector<double> lambda, std::vector<double> n)
{
    protocol::Row row{{.T = 24, .T0 = 18, .lambda0 = 0.05, .sigma = 0.3, .sigma0 = 0.4, .w = 0.6, .p = 0.5, .k = 2},
                      std::move(lambda),
                      std::move(n)};
    const auto used = protocol.describe().parameters;
    for (const problem::Parameter& parameter : problem::parameters())
        if (parameter.member && std::ranges::find(used, parameter.name) == used.end())
            parameter.in(row.cell) = problem::Cell::unset;
    return row;
}

problem::Choices choices_of(const Case& one)
{
    problem::Choices choices = test::with_defaults(protocol::protocol_called(one.protocol), one.choices);
    choices.insert(kernel_options.begin(), kernel_options.end());
    return choices;
}

/// Of a row with these levels.
support::Table<problem::Errors> errors_at(const protocol::LevelledScheme& scheme, const support::Table<problem::ErrorForms>& forms)
{
    support::Table<problem::Errors> errors(forms.rows(), forms.columns());
    for (std::size_t cell = 0; cell < forms.size(); ++cell) errors[cell] = forms[cell].at(scheme.levels);
    return errors;
}

}  // namespace

TEST_CASE("Kernel ridge regression with a linear kernel is the chain of fits taken literally, for every protocol")
{
    for (const Case& one : protocols) {
        CAPTURE(one.protocol, one.choices);
        const protocol::Protocol& protocol = protocol::protocol_called(one.protocol);
        const problem::Choices choices = choices_of(one);
        const protocol::Row row = row_of(protocol, {0.02, 0.5}, {0, 1, 3});
        const protocol::LevelledScheme scheme = protocol.levelled(row, choices);
        REQUIRE(scheme.linear);
        const protocol::KernelSimulation simulation(scheme, row, problem_of("linear", choices));
        const rng::Draws draws(rng::Key(3), 5);
        support::Meter meter;
        const auto forms = simulation(draws, meter);
        for (std::size_t i = 0; i < 2; ++i) {
            Literal literal(scheme.unit, simulation.allotment(), draws, i);
            for (std::size_t j = 0; j < 3; ++j) {
                const problem::ErrorForm &form = forms(i, j).evaluated, expected = literal.evaluated(row.generations[j]);
                CHECK(form.bias == Approx(expected.bias).epsilon(test::theory));
                for (std::size_t level = 0; level < problem::level_count; ++level)
                    CHECK(form.variance[level] == Approx(expected.variance[level]).epsilon(test::theory));
            }
        }
    }
}

TEST_CASE("More ridges and generations change no bit on real rows")
{
    for (const Case& one : protocols) {
        CAPTURE(one.protocol, one.choices);
        const protocol::Protocol& protocol = protocol::protocol_called(one.protocol);
        const problem::Choices choices = choices_of(one);
        const rng::Draws draws(rng::Key(3), 6);
        support::Meter meter;
        const auto simulate = [&](std::vector<double> lambda, std::vector<double> n) {
            const protocol::Row row = row_of(protocol, std::move(lambda), std::move(n));
            const protocol::LevelledScheme scheme = protocol.levelled(row, choices);
            return errors_at(scheme, protocol::KernelSimulation(scheme, row, problem_of("rbf", choices))(draws, meter));
        };
        const auto all = simulate({0.003, 0.02, 0, 0.1, 0.7, 0.5, 0.4, 0.3, 0.25}, {0, 1, 2, 4}), some = simulate({0, 0.5}, {2, 1});
        for (std::size_t j = 0; j < 2; ++j) {
            CHECK(some(0, j).test_error == all(2, 2 - j).test_error);
            CHECK(some(1, j).test_error == all(5, 2 - j).test_error);
            CHECK(some(1, j).generator_error == all(5, 2 - j).generator_error);
        }
    }
}

TEST_CASE("One factorisation for all ridges and one for each give the same errors")
{
    const protocol::Protocol& protocol = protocol::protocol_called("replace");
    problem::Choices each = kernel_options;
    each["factorisation"] = "per_ridge";
    const protocol::Row row = row_of(protocol, {0.001, 0.1, 1}, {0, 2});
    const rng::Draws draws(rng::Key(1), 0);
    support::Meter meter;
    const protocol::LevelledScheme scheme = protocol.levelled(row, {});
    const auto once = errors_at(scheme, protocol::KernelSimulation(scheme, row, problem_of("laplace"))(draws, meter));
    const auto apart = errors_at(scheme, protocol::KernelSimulation(scheme, row, problem_of("laplace", each))(draws, meter));
    for (std::size_t cell = 0; cell < once.size(); ++cell)
        CHECK(apart[cell].test_error == Approx(once[cell].test_error).epsilon(test::theory));
}

TEST_CASE("No row serves twice in a chain, and test rows serve in none")
{
    for (const Case& one : protocols) {
        CAPTURE(one.protocol, one.choices);
        const protocol::Protocol& protocol = protocol::protocol_called(one.protocol);
        const problem::Choices choices = choices_of(one);
        const double last = 3;
        const problem::Scheme scheme = protocol.scheme(row_of(protocol, {0.1}, {last}), choices);
        const protocol::Allotment allotment(scheme, last, test_rows);
        std::vector<Index> order(static_cast<std::size_t>(allotment.rows()));
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Index>(i);
        std::map<Index, int> seen;
        std::map<protocol::BlockKey, bool> blocks;
        const auto look = [&](const problem::Fit& fit) {
            for (const problem::Use& use : fit.uses)
                if (use.block.rows > 0 && use.weight > 0 && blocks.emplace(protocol::key_of(use.block), true).second)
                    for (const Index row : allotment.rows_of(use.block, order)) ++seen[row];
        };
        for (const Index row : allotment.test_rows(order)) ++seen[row];
        for (double t = 0; t < (scheme.evaluated ? last : last + 1); ++t) look(scheme.generation(t));
        if (scheme.evaluated) look(scheme.evaluated(last));
        CHECK(std::ranges::all_of(seen, [](const auto& entry) { return entry.second == 1; }));
        CHECK(allotment.rows() == static_cast<Index>(seen.size()));
    }
}

TEST_CASE("Schemes that need what a data set does not have are refused")
{
    const protocol::Row row{{.T = 20}, {0.1}, {0}};
    problem::Scheme scheme{.generation = [](double) -> problem::Fit { return {{0.1}, {{{0, 0, 20}, 0.05}}}; }};
    scheme.teachers = {{.distance = 1}};
    CHECK_THROWS_WITH(protocol::KernelSimulation(scheme, row, problem_of("rbf")), Catch::Contains("no teacher but the targets"));
    scheme.teachers.clear();
    scheme.spectra = {{.beta = 1}};
    CHECK_THROWS_WITH(protocol::KernelSimulation(scheme, row, problem_of("rbf")), Catch::Contains("no rows but those of its data"));
}

}  // namespace protocol_kernel_simulation_test
