#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "collapse/problem/model.hpp"
#include "collapse/theory/accumulated_noise.hpp"
#include "collapse/theory/chain_equivalent.hpp"
#include "collapse/theory/error_moments.hpp"
#include "collapse/theory/fixed_design.hpp"
#include "collapse/theory/fresh_fit.hpp"
#include "support/chain_cases.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using problem::Errors;
using theory::ChainEquivalent;

namespace {

std::vector<Errors> errors_of(const test::ChainCase& chain)
{
    ChainEquivalent equivalent(chain.nodes, chain.spectra, theory::teacher_moments(chain.nodes, chain.teachers));
    std::vector<Errors> errors;
    for (std::size_t t = 0; t < chain.fits.size(); ++t) errors.push_back(equivalent.add(chain.fits[t], chain.ridge[t]));
    return errors;
}

constexpr double infinite = std::numeric_limits<double>::infinity(), sigma = 0.3, sigma0 = 0.4;

problem::Nodes power_law(double d, double beta, double alpha = 1.2)
{
    return problem::nodes_of({}, {.alpha = alpha, .beta = beta, .d = d});
}

/// T rows that only fit t knows, labelled by the truth or by fit t - 1.
problem::Use fresh(int kind, double t, double T, double weight, double noise, double copy)
{
    problem::Labels labels;
    if (copy != 0) labels.models = {{t - 1, copy}};
    labels.noise = {{0, noise}};
    return {{.kind = kind, .generation = t, .rows = T}, weight, labels};
}

/// Fit t of accumulate: T rows more, the old ones with the labels that they had.
problem::Fit accumulated(double t, double T)
{
    problem::Fit fit;
    for (double g = 0; g <= t; ++g) {
        problem::Use use = fresh(0, g, T, 1 / (T * (t + 1)), g > 0 ? sigma0 : sigma, g > 0 ? 1 : 0);
        if (g < t) use.labels = {.models = {}, .kept = {{t - 1, 1}}, .teachers = {}, .noise = {}};
        fit.uses.push_back(use);
    }
    return fit;
}

void check_equal(const Errors& found, const Errors& expected, double tolerance)
{
    const double margin = tolerance * expected.test_error;
    CHECK(std::abs(found.bias - expected.bias) <= margin);
    CHECK(std::abs(found.variance - expected.variance) <= margin);
    CHECK(std::abs(found.test_error - expected.test_error) <= margin);
}

/// Spectra, rows and ridges on both sides of the threshold and near it.
struct Setting {
    double d, beta, T, lambda;
};
const std::vector<Setting> settings{{60, 0.8, 25, 0},    {60, 0.8, 100, 0},     {60, 0, 61, 0},          {60, 1.3, 59, 0},
                                    {60, 0.8, 60, 1e-3}, {60, 1.5, 90, 1e-12},  {60, 0.5, 40, 1e-12},    {60, 1.2, 30, 0.1},
                                    {60, 1.2, 30, 1e3},  {1e6, 1.5, 300, 1e-3}, {infinite, 1.5, 100, 0}, {infinite, 2, 1e4, 1e-5},
                                    {60, 1, 60, 1e-6},   {60, 1, 60.01, 0}};

}  // namespace

TEST_CASE("every fit of a hundred random chains is predicted as by the slow plain oracle", "[theory][chain]")
{
    std::size_t number = 0;
    for (const test::ChainCase& chain : test::chain_cases()) {
        const std::vector<Errors> found = errors_of(chain);
        for (std::size_t t = 0; t < found.size(); ++t) {
            INFO("case " << number << ", fit " << t << " of " << found.size());
            const double total = chain.bias[t] + chain.variance[t], tolerance = test::theory * total + test::chain_floor;
            CHECK(std::abs(found[t].bias - chain.bias[t]) <= tolerance);
            CHECK(std::abs(found[t].variance - chain.variance[t]) <= tolerance);
        }
        ++number;
    }
    CHECK(number == 120);
}

TEST_CASE("a chain on fresh rows is that of the recursion of second moments", "[theory][chain]")
{
    for (const Setting& at : settings)
        for (const double q : {1.0, 0.6}) {
            const problem::Nodes nodes = power_law(at.d, at.beta);
            const theory::RidgeEquivalent fit(nodes, at.T, at.lambda);
            const theory::FreshFit recursion(nodes, {{at.T, 1}}, at.lambda);
            ChainEquivalent chain(nodes);
            theory::ErrorMoments moments = theory::ErrorMoments::of_truth(nodes);
            for (double t = 0; t < 8; ++t) {
                INFO("d = " << at.d << ", beta = " << at.beta << ", T = " << at.T << ", lambda = " << at.lambda << ", q = " << q
                            << ", t = " << t);
                moments = recursion.after(moments, {{.before = t == 0 ? 0 : q, .noise = sigma * sigma}});
                const Errors found = chain.add({{}, {fresh(0, t, at.T, 1 / at.T, sigma, t == 0 ? 0 : q)}}, at.lambda);
                check_equal(found, moments.errors(nodes), test::chain);
                CHECK(chain.facts(static_cast<std::size_t>(t)).kappa == Approx(fit.kappa()).epsilon(test::effective_ridge));
                CHECK(chain.facts(static_cast<std::size_t>(t)).spare == Approx(at.T - fit.df2()).epsilon(test::chain).margin(1e-9));
            }
        }
}

TEST_CASE("a chain on real and synthetic rows is that of two blocks", "[theory][chain]")
{
    for (const Setting& at : settings)
        for (const double w : {0.25, 0.7}) {  // of 0.25 T real rows: equal and unequal weights
            const problem::Nodes nodes = power_law(at.d, at.beta);
            const double real = 0.25 * at.T, synthetic = at.T - real;
            const theory::FreshFit first(nodes, {{at.T, 1}}, at.lambda);
            const theory::FreshFit later(nodes, {{real, w}, {synthetic, 1 - w}}, at.lambda);
            ChainEquivalent chain(nodes);
            theory::ErrorMoments moments = first.after(theory::ErrorMoments::of_truth(nodes), {{.noise = sigma * sigma}});
            chain.add({{}, {fresh(0, 0, at.T, 1 / at.T, sigma, 0)}}, at.lambda);
            for (double t = 1; t < 8; ++t) {
                INFO("d = " << at.d << ", beta = " << at.beta << ", T = " << at.T << ", lambda = " << at.lambda << ", w = " << w
                            << ", t = " << t);
                moments = later.after(moments, {{.noise = sigma * sigma}, {.before = 1, .noise = sigma0 * sigma0}});
                const Errors found =
                    chain.add({{}, {fresh(0, t, real, w / real, sigma, 0), fresh(1, t, synthetic, (1 - w) / synthetic, sigma0, 1)}},
                              at.lambda);
                check_equal(found, moments.errors(nodes), test::chain);
            }
        }
}

TEST_CASE("a chain on one design is that of the contour integral", "[theory][chain]")
{
    const double w = 0.3;
    for (const bool anew : {true, false})
        for (const Setting& at : settings) {
            const problem::Nodes nodes = power_law(at.d, at.beta);
            const double real = w * w * sigma * sigma, copied = (1 - w) * (1 - w) * sigma0 * sigma0;
            const theory::LabelStep step{.copy = 1 - w, .first = anew ? 0 : w, .noise = copied + (anew ? real : 0)};
            const std::vector<Errors> expected = theory::fixed_design_errors(nodes, at.T, at.lambda, [&](double) { return step; },
                                                                             sigma * sigma, {0, 1, 2, 3, 4, 5, 6, 7});
            ChainEquivalent chain(nodes);
            for (double t = 0; t < 8; ++t) {
                INFO("d = " << at.d << ", beta = " << at.beta << ", T = " << at.T << ", lambda = " << at.lambda << ", t = " << t);
                problem::Labels labels;
                if (t > 0) labels.models = {{t - 1, 1 - w}};
                labels.noise = {{anew ? 2 * t : 0, t > 0 ? w * sigma : sigma}};
                if (t > 0) labels.noise.push_back({2 * t + 1, (1 - w) * sigma0});
                const Errors found = chain.add({{}, {{{.kind = 0, .rows = at.T}, 1 / at.T, labels}}}, at.lambda);
                check_equal(found, expected[static_cast<std::size_t>(t)], test::chain);
            }
        }
}

// [GSD], THEORY section 4.5 with T - d instead of T - d - 1.
TEST_CASE("least squares on accumulated rows has the closed form and no bias", "[theory][chain]")
{
    const problem::Nodes nodes = power_law(20, 0.7);
    ChainEquivalent chain(nodes);
    for (double n = 0; n <= 30; ++n) {
        const Errors found = chain.add(accumulated(n, 30), 0);
        CHECK(found.bias == 0);
        const double expected = sigma * sigma * 20 / 10 + (n > 0 ? sigma0 * sigma0 * theory::accumulated_noise(20, 30, 20, n) : 0);
        CHECK(found.variance == Approx(expected).epsilon(test::chain));
    }
}

TEST_CASE("a fit that is taken away again leaves no trace", "[theory][chain]")
{
    for (const test::ChainCase& chain : test::chain_cases()) {
        ChainEquivalent plain(chain.nodes, chain.spectra, theory::teacher_moments(chain.nodes, chain.teachers)),
            tried(chain.nodes, chain.spectra, theory::teacher_moments(chain.nodes, chain.teachers));
        for (std::size_t t = 0; t < chain.fits.size(); ++t) {
            tried.add(chain.fits[t], 0.7);
            tried.drop_last();
            const Errors expected = plain.add(chain.fits[t], chain.ridge[t]), found = tried.add(chain.fits[t], chain.ridge[t]);
            CHECK(found.bias == expected.bias);
            CHECK(found.variance == expected.variance);
            for (std::size_t u = 0; u <= t; ++u) CHECK(tried.overlap(t, u) == plain.overlap(t, u));
        }
    }
}

TEST_CASE("ridges from 1e-300 to 1e308 give the limits of no ridge and of no fit", "[theory][chain]")
{
    for (const double T : {20.0, 60.0}) {
        const problem::Nodes nodes = power_law(40, 0.8);
        const auto last = [&](double lambda) {
            ChainEquivalent chain(nodes);
            Errors errors;
            for (double t = 0; t < 4; ++t) errors = chain.add(accumulated(t, T), lambda);
            return errors;
        };
        for (const double lambda : {1e-300, 1e-200, 1e-100, 1e-30}) check_equal(last(lambda), last(0), test::chain);
        for (const double lambda : {1e20, 1e100, 1e200, 1e300, 1e308}) {
            CHECK(last(lambda).bias == Approx(1).epsilon(test::rounding));  // the signal is 1
            CHECK(last(lambda).variance < 1e-30);
        }
    }
    // Least squares with a little ridge: the bias is of second order in it and keeps its digits.
    const problem::Nodes nodes = power_law(40, 0.8);
    ChainEquivalent little(nodes), less(nodes);
    for (double t = 0; t < 4; ++t)
        CHECK(1e20 * little.add(accumulated(t, 60), 1e-120).bias ==
              Approx(less.add(accumulated(t, 60), 1e-130).bias * 1e40).epsilon(1e-9));
}

TEST_CASE("at the interpolation threshold noise has an infinite variance, also downstream, and signals pass", "[theory][chain]")
{
    const problem::Nodes nodes = power_law(30, 0.5);
    const auto fit = [](double t, double T, double noise, double copy) -> problem::Fit {
        return {{}, {fresh(0, t, T, 1 / T, noise, copy)}};
    };
    ChainEquivalent chain(nodes);
    CHECK(chain.add(fit(0, 30, 0, 0), 0).test_error == 0);
    CHECK(chain.add(fit(1, 20, sigma, 1), 0.1).test_error < 1);
    const Errors before = chain.add(fit(2, 20, sigma, 1), 0.1), passed = chain.add(fit(3, 30, 0, 1), 0);
    check_equal(passed, before, test::chain);
    const Errors broken = chain.add(fit(4, 30, sigma, 1), 0), after = chain.add(fit(5, 70, sigma, 1), 0),
                 real = chain.add(fit(6, 70, sigma, 0), 0);
    CHECK(broken.bias == Approx(before.bias).epsilon(test::chain));
    CHECK(broken.variance == infinite);
    CHECK(after.variance == infinite);
    CHECK(real.test_error == Approx(sigma * sigma * 30 / 40).epsilon(test::chain));
    // Rows whose labels contradict each other even without noise.
    CHECK(chain.add({{}, {fresh(0, 7, 15, 1, 0, 0), fresh(1, 7, 15, 1, 0, 0.5 * 0)}}, 0).bias == 0);
    chain.add(fit(8, 20, 0, 0), 0.1);
    CHECK(chain.add({{}, {fresh(0, 9, 15, 1, 0, 0), fresh(1, 9, 15, 1, 0, 1)}}, 0).bias == infinite);
}

TEST_CASE("directions in which no row varies do not count as dimensions", "[theory][chain]")
{
    problem::Nodes flat = power_law(12, 0.5), nodes = flat;
    nodes.eigenvalue.tail(4) = 0;
    for (auto* array : {&flat.weight, &flat.index, &flat.eigenvalue, &flat.coefficient2}) *array = numerics::Array(array->head(8));
    flat.d = nodes.d = 0;
    for (const double T : {6.0, 10.0, 20.0})
        for (const double lambda : {0.0, 0.1}) {
            ChainEquivalent chain(nodes), expected(flat);
            for (double t = 0; t < 4; ++t)
                check_equal(chain.add(accumulated(t, T), lambda), expected.add(accumulated(t, T), lambda), 1e-15);
        }
}
