#include <catch2/catch.hpp>

#include <cmath>

#include "collapse/problem/model.hpp"
#include "collapse/theory/fixed_design.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using theory::LabelStep;

namespace {

problem::Nodes nodes_of(double d, double beta) { return problem::nodes_of({}, {.alpha = 1, .beta = beta, .T = 100, .d = d}); }

constexpr double first_noise = 0.3, synthetic_noise = 0.5;

/// Real labels are drawn anew, or those of generation 0.
enum class RealLabels { fresh, fixed };

LabelStep mixed(double w, RealLabels labels = RealLabels::fresh)
{
    const double q = 1 - w, renewed = q * q * synthetic_noise;
    if (labels == RealLabels::fixed) return {.copy = q, .first = w, .noise = renewed};
    return {.copy = q, .noise = renewed + w * w * first_noise};
}

theory::LabelRule mix(double w, RealLabels labels = RealLabels::fresh)
{
    return [=](double) { return mixed(w, labels); };
}

LabelStep accumulate(double t)
{
    const double part = 1 / (t + 1);
    return {.keep = t * part, .copy = part, .noise = part * part * synthetic_noise};
}

void check_near(const problem::Errors& a, const problem::Errors& b)
{
    CHECK(a.bias == Approx(b.bias).epsilon(test::theory).margin(test::theory_floor));
    CHECK(a.variance == Approx(b.variance).epsilon(test::theory).margin(test::theory_floor));
}

}  // namespace

TEST_CASE("more nodes do not change the contour integral up to 200 generations", "[theory]")
{
    const std::vector<double> generations{0, 1, 2, 5, 12, 50, 100, 200};
    for (const double beta : {0.0, 1.5})
        for (const double T : {30., 120., 400.})
            for (const double lambda : {1e-9, 1e-4, 0.05, 20.}) {
                const problem::Nodes nodes = nodes_of(120, beta);
                const auto check_rule = [&](const theory::LabelRule& rule) {
                    const auto coarse = theory::fixed_design_contour(nodes, T, lambda, rule, first_noise, generations);
                    const auto fine = theory::fixed_design_contour(nodes, T, lambda, rule, first_noise, generations, 2.3);
                    for (std::size_t j = 0; j < generations.size(); ++j) {
                        INFO("beta " << beta << " T " << T << " lambda " << lambda << " n " << generations[j]);
                        check_near(coarse[j], fine[j]);
                    }
                };
                for (const double w : {0., 0.01, 0.5, 1., 1.4}) check_rule(mix(w));
                check_rule(mix(0.2, RealLabels::fixed));
                check_rule(accumulate);
            }
}

TEST_CASE("after 5000 generations a mix on one design has come to its limit in closed form", "[theory]")
{
    for (const double beta : {0.0, 1.5})
        for (const double T : {30., 400.})
            for (const double lambda : {1e-4, 0.05, 20.})
                for (const double w : {0.01, 0.5, 1., 1.6})
                    for (const RealLabels labels : {RealLabels::fresh, RealLabels::fixed}) {
                        INFO("beta " << beta << " T " << T << " lambda " << lambda << " w " << w);
                        const problem::Nodes nodes = nodes_of(120, beta);
                        check_near(theory::fixed_design_contour(nodes, T, lambda, mix(w, labels), first_noise, {5000})[0],
                                   theory::fixed_design_limit(nodes, T, lambda, mixed(w, labels), first_noise));
                    }
}

TEST_CASE("without real labels a ridge on one design comes to predicting zero, with finite variance", "[theory]")
{
    const problem::Nodes nodes = nodes_of(120, 0);
    check_near(theory::fixed_design_contour(nodes, 60, 1, mix(0), first_noise, {2000})[0],
               theory::fixed_design_limit(nodes, 60, 1, mixed(0), first_noise));
}

TEST_CASE("a vanishing ridge on one design gives least squares and minimum norm", "[theory]")
{
    for (const double T : {60., 300.}) {
        const problem::Nodes nodes = nodes_of(120, 0.5);
        const std::vector<double> generations{0, 1, 7};
        for (const auto& rule : {mix(0.3), theory::LabelRule(accumulate)}) {
            const auto small = theory::fixed_design_contour(nodes, T, 1e-13, rule, first_noise, generations);
            const auto zero = theory::fixed_design_errors(nodes, T, 0, rule, first_noise, generations);
            for (std::size_t j = 0; j < generations.size(); ++j) {
                INFO("T " << T << " n " << generations[j]);
                check_near(small[j], zero[j]);
            }
        }
    }
}

TEST_CASE("a generation's prediction has the same bits alone and beside others", "[theory]")
{
    const problem::Nodes nodes = nodes_of(80, 1);
    const std::vector<double> generations{7, 0, 30, 3, 150, 8};
    const auto together = theory::fixed_design_contour(nodes, 60, 0.1, mix(0.05), first_noise, generations);
    for (std::size_t j = 0; j < generations.size(); ++j) {
        const auto alone = theory::fixed_design_contour(nodes, 60, 0.1, mix(0.05), first_noise, {generations[j]})[0];
        CHECK(alone.bias == together[j].bias);
        CHECK(alone.variance == together[j].variance);
    }
}
