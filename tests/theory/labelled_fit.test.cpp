#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "collapse/problem/model.hpp"
#include "collapse/theory/fresh_fit.hpp"
#include "collapse/theory/labelled_fit.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using theory::ErrorMoments;
using theory::FreshFit;
using theory::LabelledFit;
using theory::Labeller;

namespace theory_labelled_fit_test {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity(), noise = 0.2, generator_noise = 0.3;
constexpr double slope_tolerance = 1e-8;  ///< of differences of fourth order, step 1e-3

const std::vector<problem::Cell> cells{
    {.alpha = 1.2, .beta = 1.5, .d = infinite}, {.alpha = 0, .beta = 0, .d = 103}, {.alpha = 1, .beta = 1, .d = 60}};

ErrorMoments labelling_model(const problem::Nodes& nodes, int fits)
{
    const FreshFit fit(nodes, {{80, 1}}, 1e-3);
    ErrorMoments moments = ErrorMoments::of_truth(nodes);
    for (int t = 0; t < fits; ++t) moments = fit.after(moments, {{.before = 1, .noise = generator_noise}});
    return moments;
}

}  // namespace

TEST_CASE("a fit on the labels of a model is the last step of a chain on fresh rows", "[theory]")
{
    for (const problem::Cell& cell : cells) {
        const problem::Nodes nodes = problem::nodes_of({}, cell);
        for (const int fits : {0, 1, 5}) {
            const ErrorMoments before = labelling_model(nodes, fits);
            for (const double T : {20.0, 60.5, 500.0})
                for (const double lambda : {0.0, 1e-6, 0.1, 1e308}) {
                    const auto expected =
                        FreshFit(nodes, {{T, 1}}, lambda).after(before, {{.before = 1, .noise = noise}}).errors(nodes);
                    const auto found = LabelledFit(nodes, T, lambda, noise)(Labeller(before)).errors;
                    INFO("d = " << cell.d << ", T = " << T << ", lambda = " << lambda << ", fits = " << fits);
                    CHECK(found.bias == Approx(expected.bias).epsilon(test::rounding).margin(1e-15));
                    CHECK(found.variance == Approx(expected.variance).epsilon(test::rounding).margin(1e-15));
                }
        }
    }
}

TEST_CASE("its slopes are those of neighbouring rows, ridges and models", "[theory]")
{
    constexpr double h = 1e-3;
    for (const problem::Cell& cell : cells) {
        const problem::Nodes nodes = problem::nodes_of({}, cell);
        const ErrorMoments before = labelling_model(nodes, 3), other = labelling_model(nodes, 4);
        for (const double T : {20.0, 59.0, 500.0})
            for (const double lambda : {0.0, 1e-4, 0.1, 1e3}) {
                const auto error = [&](double t, double l) {
                    return LabelledFit(nodes, T * std::exp(t * h), lambda * std::exp(l * h), noise)(Labeller(before))
                        .errors.test_error;
                };
                const double by_T = (8 * (error(1, 0) - error(-1, 0)) - (error(2, 0) - error(-2, 0))) / (12 * h),
                             by_lambda = (8 * (error(0, 1) - error(0, -1)) - (error(0, 2) - error(0, -2))) / (12 * h);
                const ErrorMoments change{other.error2 - before.error2, other.cross - before.cross, other.noise - before.noise};
                const LabelledFit fit(nodes, T, lambda, noise);
                const LabelledFit::Result found = fit(Labeller(before, {change, before}));
                INFO("d = " << cell.d << ", T = " << T << ", lambda = " << lambda);
                CHECK(found.T == Approx(by_T).epsilon(T == 59 && cell.d == 60 ? 1e-4 : slope_tolerance).margin(slope_tolerance));
                CHECK(found.lambda == Approx(by_lambda).epsilon(slope_tolerance).margin(slope_tolerance));
                CHECK(found.labeller[0] == Approx(fit(Labeller(other)).errors.test_error - found.errors.test_error).margin(1e-13));
                CHECK(std::isfinite(found.labeller[1]));
            }
    }
}

TEST_CASE("at the threshold labels that agree are passed on, others have an infinite effect", "[theory]")
{
    const problem::Nodes nodes = problem::nodes_of({}, cells[2]);
    const ErrorMoments before = labelling_model(nodes, 1);
    const LabelledFit::Result agreed = LabelledFit(nodes, 60, 0, 0)(Labeller(before)),
                              noisy = LabelledFit(nodes, 60, 0, noise)(Labeller(before));
    CHECK(agreed.errors.test_error == Approx(before.errors(nodes).test_error).epsilon(test::rounding));
    CHECK(std::isnan(agreed.T));
    CHECK(noisy.errors.bias == Approx(before.errors(nodes).bias).epsilon(test::rounding));
    CHECK(noisy.errors.variance == infinite);
    ErrorMoments endless = before;
    endless.noise.setConstant(infinite);
    CHECK(LabelledFit(nodes, 90, 0.1, noise)(Labeller(endless)).errors.variance == infinite);
}

}  // namespace theory_labelled_fit_test
