#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "collapse/problem/model.hpp"
#include "collapse/theory/ridge_equivalent.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using problem::Nodes;
using theory::effective_ridge;
using theory::RidgeEquivalent;

namespace theory_effective_ridge_test {

namespace {

Nodes power_law(double d, double beta) { return problem::nodes_of({}, {.alpha = 1, .beta = beta, .d = d}); }

/// kappa (1 - df1/T) / lambda - 1 in extended precision, divided by its sensitivity to a relative change of kappa: the relative
/// error of kappa to first order. 1 - df1/T is written without cancellation as (T - d)/T + (1/T) sum kappa/(s + kappa).
double relative_error(const Nodes& nodes, double T, double lambda, double kappa)
{
    long double complement = (static_cast<long double>(T) - static_cast<long double>(nodes.dimension())) / T, slope = 0;
    for (numerics::Index j = 0; j < nodes.eigenvalue.size(); ++j) {
        const long double s = nodes.eigenvalue[j], share = kappa / (s + kappa);
        complement += nodes.weight[j] * share / T;
        slope += nodes.weight[j] * share * (1 - share) / T;
    }
    // d/dlog kappa of kappa (1 - df1/T) = kappa (1 - df1/T) + kappa sum s kappa / (s + kappa)^2 / T
    return static_cast<double>((kappa * complement - lambda) / (kappa * complement + kappa * slope));
}

}  // namespace

TEST_CASE("the effective ridge satisfies its equation for ridges from 1e-12 to 1e6 and all shapes and spectra", "[theory]")
{
    for (const double d : {1.0, 20.0, 300.0})
        for (const double beta : {0.0, 0.5, 1.0, 1.5, 3.0}) {
            const Nodes nodes = power_law(d, beta);
            for (const double aspect : {0.02, 0.5, 0.99, 1.0, 1.01, 2.0, 100.0})
                for (double exponent = -12; exponent <= 6; exponent += 1.5) {
                    const double T = std::max(1.0, std::round(aspect * d)), lambda = std::pow(10, exponent);
                    INFO("d = " << d << ", beta = " << beta << ", T = " << T << ", lambda = " << lambda);
                    const double kappa = effective_ridge(nodes, T, lambda);
                    CHECK(kappa >= lambda);
                    CHECK(std::abs(relative_error(nodes, T, lambda, kappa)) < test::effective_ridge);
                }
        }
}

TEST_CASE("without ridge and with fewer rows than dimensions the effective ridge leaves T degrees of freedom", "[theory]")
{
    for (const double d : {20.0, 300.0})
        for (const double beta : {0.0, 1.0, 3.0})
            for (const double aspect : {0.05, 0.5, 0.95}) {
                const Nodes nodes = power_law(d, beta);
                const double T = std::round(aspect * d);
                INFO("d = " << d << ", beta = " << beta << ", T = " << T);
                CHECK(RidgeEquivalent(nodes, T, 0).df1() == Approx(T).epsilon(test::rounding));
            }
}

TEST_CASE("without ridge and with at least as many rows as dimensions the effective ridge is zero", "[theory]")
{
    for (const double T : {100.0, 101.0, 1e9}) CHECK(effective_ridge(power_law(100, 1.2), T, 0) == 0);
}

// kappa(lambda) - kappa(0) is of order lambda away from T = d: at 1e-13 it is a rounding error of the other quantities.
TEST_CASE("a vanishing ridge has the limit of no ridge, from both sides of the threshold", "[theory]")
{
    for (const double beta : {0.0, 1.5})
        for (const double T : {40.0, 250.0}) {
            INFO("beta = " << beta << ", T = " << T);
            const Nodes nodes = power_law(100, beta);
            const RidgeEquivalent none(nodes, T, 0), little(nodes, T, 1e-13);
            CHECK(little.kappa() == Approx(none.kappa()).epsilon(1e-8).margin(1e-12));
            CHECK(little.df2() == Approx(none.df2()).epsilon(1e-8));
            CHECK(little.push(nodes.coefficient2).isApprox(none.push(nodes.coefficient2), 1e-8));
            CHECK(little.unit_noise().isApprox(none.unit_noise(), 1e-8));
        }
}

// [DFK]: isotropic covariates have a closed form, the positive root of kappa^2 + kappa (1 - lambda - d/T) - lambda = 0.
TEST_CASE("isotropic covariates have the effective ridge of the closed form", "[theory]")
{
    for (const double d : {10.0, 500.0})
        for (const double T : {5.0, 499.0, 2000.0})
            for (const double lambda : {1e-6, 0.1, 30.0}) {
                const long double b = 1 - static_cast<long double>(lambda) - static_cast<long double>(d) / T;
                const long double root = std::sqrt(b * b + 4 * static_cast<long double>(lambda));
                const long double kappa = b > 0 ? 2 * lambda / (b + root) : (root - b) / 2;
                CHECK(effective_ridge(power_law(d, 0), T, lambda) ==
                      Approx(static_cast<double>(kappa)).epsilon(test::effective_ridge));
            }
}

TEST_CASE("at the interpolation threshold without ridge noise is amplified without bound and signals pass unchanged", "[theory]")
{
    const Nodes nodes = power_law(30, 0.5);
    const RidgeEquivalent fit(nodes, 30, 0);
    CHECK((fit.unit_noise() == std::numeric_limits<double>::infinity()).all());
    CHECK(fit.push(nodes.coefficient2).isApprox(nodes.coefficient2));
}

TEST_CASE("ridges at the ends of double precision have an effective ridge and a fit", "[theory]")
{
    for (const double beta : {0.0, 1.5})
        for (const double T : {5.0, 20.0, 50.0}) {
            const Nodes nodes = power_law(20, beta);
            for (const double lambda : {1e-300, 1e-200, 1e-100, 1e15, 1e16, 1e17, 1e100, 1e200, 1e300}) {
                INFO("beta " << beta << " T " << T << " lambda " << lambda);
                CHECK(std::abs(relative_error(nodes, T, lambda, effective_ridge(nodes, T, lambda))) < 1e-12);
            }
            const RidgeEquivalent fit(nodes, T, 1e308);
            CHECK((fit.loss() == 1).all());
            CHECK(fit.df1() < 1e-300);
            CHECK((fit.unit_noise() < 1e-300).all());
        }
}

}  // namespace theory_effective_ridge_test
