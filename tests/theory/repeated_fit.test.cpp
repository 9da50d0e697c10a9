#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "collapse/problem/model.hpp"
#include "collapse/theory/fresh_fit.hpp"
#include "collapse/theory/repeated_fit.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using theory::ErrorMoments;
using theory::FreshFit;
using theory::FreshLabels;

namespace theory_repeated_fit_test {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity(), noise = 0.3;

struct Problem {
    problem::Cell cell;
    double T, lambda;
};

const std::vector<Problem> problems{{{.alpha = 1.2, .beta = 1.5, .d = infinite}, 100, 0},
                                    {{.alpha = 1.2, .beta = 1.5, .d = infinite}, 1e4, 1e-4},
                                    {{.alpha = 0, .beta = 0, .d = 300}, 200, 0},
                                    {{.alpha = 1, .beta = 1, .d = 100}, 150, 1e-3},
                                    {{.alpha = -0.2, .beta = 1.3, .d = 1e5}, 50, 1e-6}};

problem::Errors after(const problem::Nodes& nodes, double T, double lambda, double n)
{
    return theory::RepeatedFit(nodes, T, lambda, noise).after(n).errors(nodes);
}

const std::vector<FreshLabels> labels{{.before = 1, .noise = noise}};

void check_equal(const problem::Errors& found, const problem::Errors& expected)
{
    CHECK(found.bias == Approx(expected.bias).epsilon(test::rounding));
    CHECK(found.variance == Approx(expected.variance).epsilon(test::rounding));
}

}  // namespace

TEST_CASE("many generations at once are the same generations one by one", "[theory]")
{
    for (const Problem& problem : problems) {
        const problem::Nodes nodes = problem::nodes_of({}, problem.cell);
        const FreshFit fit(nodes, {{problem.T, 1}}, problem.lambda);
        ErrorMoments chain = ErrorMoments::of_truth(nodes);
        for (double n = 1; n <= 1000; ++n) {
            chain = fit.after(chain, labels);
            if (n == 3 || n == 257 || n == 1000) check_equal(after(nodes, problem.T, problem.lambda, n), chain.errors(nodes));
        }
    }
}

TEST_CASE("fractions of a generation fit to the whole ones and to each other", "[theory]")
{
    constexpr double little = 1e-9;  // beside which rounding errors are as large
    for (const Problem& problem : problems) {
        const problem::Nodes nodes = problem::nodes_of({}, problem.cell);
        const auto after_some = [&](double n) { return after(nodes, problem.T, problem.lambda, n); };
        for (const double n : {0.5, 1.0, 2.0, 2.5, 7.0, 8.0, 20.0}) {
            const problem::Errors below = after_some(n - little), at = after_some(n), above = after_some(n + little);
            CHECK(below.test_error == Approx(at.test_error).epsilon(1e-7));
            CHECK(above.test_error == Approx(at.test_error).epsilon(1e-7));
            CHECK(below.variance < above.variance);
        }
    }
}

TEST_CASE("the limit of many generations is their fixed point", "[theory]")
{
    for (const Problem& problem : problems) {
        const problem::Nodes nodes = problem::nodes_of({}, problem.cell);
        const FreshFit fit(nodes, {{problem.T, 1}}, problem.lambda);
        check_equal(after(nodes, problem.T, problem.lambda, 1e15), fit.limit(ErrorMoments::of_truth(nodes), labels).errors(nodes));
    }
}

TEST_CASE("noise of least squares adds up", "[theory]")
{
    const problem::Nodes nodes = problem::nodes_of({}, {.alpha = 1, .beta = 1, .d = 30});
    CHECK(after(nodes, 60, 0, 1e6 + 0.5).variance == Approx((1e6 + 0.5) * noise * 30.0 / 30).epsilon(test::rounding));
    CHECK(after(nodes, 60, 0, 1e6).bias == 0);
}

TEST_CASE("the derivative with respect to generations is that of moments at neighbouring ones", "[theory]")
{
    constexpr double h = 1e-3;  // fourth order; rounding errors are about 1e-12
    for (const Problem& problem : problems) {
        const problem::Nodes nodes = problem::nodes_of({}, problem.cell);
        const auto at = [&](double n) { return after(nodes, problem.T, problem.lambda, n); };
        for (const double n : {0.3, 0.7, 1.0, 2.0, 5.5, 9.0, 20.5, 256.0, 257.0, 1e4}) {
            const double step = h * n;
            const auto difference = [&](double problem::Errors::*part) {
                return (8 * (at(n + step).*part - at(n - step).*part) - (at(n + 2 * step).*part - at(n - 2 * step).*part)) /
                       (12 * step);
            };
            const problem::Errors slope = theory::RepeatedFit(nodes, problem.T, problem.lambda, noise).slope(n).errors(nodes);
            INFO("T = " << problem.T << ", lambda = " << problem.lambda << ", n = " << n);
            CHECK(n * slope.bias == Approx(n * difference(&problem::Errors::bias)).epsilon(1e-8).margin(1e-9));
            CHECK(n * slope.variance == Approx(n * difference(&problem::Errors::variance)).epsilon(1e-8).margin(1e-9));
        }
    }
}

TEST_CASE("whole generations and their derivatives do not depend on which were asked for before", "[theory]")
{
    const problem::Nodes nodes = problem::nodes_of({}, problems[0].cell);
    theory::RepeatedFit walked(nodes, problems[0].T, problems[0].lambda, noise);
    for (const double n : {1.0, 4.0, 2.0, 2.5, 7.0}) {
        theory::RepeatedFit fresh(nodes, problems[0].T, problems[0].lambda, noise);
        CHECK((walked.after(n).error2 == fresh.after(n).error2).all());
        CHECK((walked.slope(n).noise == fresh.slope(n).noise).all());
    }
}

}  // namespace theory_repeated_fit_test
