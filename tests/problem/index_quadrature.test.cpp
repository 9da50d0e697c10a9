#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <numbers>

#include <boost/math/special_functions/zeta.hpp>

#include "collapse/problem/index_quadrature.hpp"
#include "collapse/problem/model.hpp"
#include "collapse/support/failure.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using numerics::Array;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// What theory sums: degrees of freedom, what label noise costs, signal and the signal that is lost.
std::vector<double> sums(const Array& index, const Array& weight, double beta, double alpha, double kappa)
{
    const Array s = index.pow(-beta), h = s / (s + kappa), lost = kappa / (s + kappa), power = s * index.pow(-alpha);
    std::vector<double> result;
    for (const Array& terms : {h, Array(h.square()), power, Array(power * lost.square())})
        result.push_back(static_cast<double>((weight * terms).cast<long double>().sum()));  // a million terms
    return result;
}

}  // namespace

TEST_CASE("a hundred nodes give the sums of a finite power law", "[problem]")
{
    for (const double d : {251.0, 300.0, 1001.0, 1e4, 1e6})
        for (const double beta : {0.0, 0.5, 1.5, 4.0})
            for (const double alpha : {-0.3, 0.0, 1.2, 3.0}) {
                const Array all = Array::LinSpaced(static_cast<numerics::Index>(d), 1, d), one = Array::Ones(all.size());
                const auto [index, weight] = problem::index_quadrature(d, beta, alpha);
                CHECK(index.size() < 280);
                for (const double places : {3.0, 40.0, 2000.0}) {
                    const double kappa = std::pow(places, -beta);
                    const auto expected = sums(all, one, beta, alpha, kappa), found = sums(index, weight, beta, alpha, kappa);
                    for (std::size_t i = 0; i < expected.size(); ++i) {
                        INFO("d = " << d << ", beta = " << beta << ", alpha = " << alpha << ", sum " << i);
                        CHECK(found[i] == Approx(expected[i]).epsilon(1e-12).margin(0));
                    }
                }
            }
}

TEST_CASE("endless power laws sum to zeta functions", "[problem]")
{
    for (const double beta : {1.02, 1.2, 1.5, 3.0})
        for (const double alpha : {-0.01, 0.0, 0.5, 2.0}) {
            const auto [index, weight] = problem::index_quadrature(infinite, beta, alpha);
            CHECK((weight * index.pow(-beta)).sum() == Approx(boost::math::zeta(beta)).epsilon(1e-12).margin(0));
            CHECK((weight * index.pow(-alpha - beta)).sum() == Approx(boost::math::zeta(alpha + beta)).epsilon(1e-12).margin(0));
        }
}

TEST_CASE("degrees of freedom of an endless power law are known for the largest samples", "[problem]")
{
    for (const double beta : {1.1, 1.5, 3.0, 9.0})
        for (const double places : {1e12, 1e20, problem::largest_sample}) {
            const auto [index, weight] = problem::index_quadrature(infinite, beta, 0.5);
            const Array h = 1 / (1 + (index / places).pow(beta));
            const double integral = places * std::numbers::pi / beta / std::sin(std::numbers::pi / beta);  // of h over j > 0
            CHECK((weight * h).sum() == Approx(integral - 0.5).epsilon(1e-12).margin(0));
            CHECK((weight * h.square()).sum() == Approx((1 - 1 / beta) * integral - 0.5).epsilon(1e-12).margin(0));
        }
}

TEST_CASE("an infinite dimension is refused where sums diverge", "[problem]")
{
    const auto nodes = [](const problem::Cell& cell, const problem::ModelSettings& settings = {}) {
        return problem::nodes_of(settings, cell);
    };
    CHECK(nodes({.alpha = 1, .beta = 1.5, .d = infinite}).dimension() == infinite);
    CHECK_THROWS_AS(nodes({.alpha = 1, .beta = 1, .d = infinite}), support::InvalidInput);
    CHECK_THROWS_AS(nodes({.alpha = -0.6, .beta = 1.5, .d = infinite}), support::InvalidInput);
    problem::ModelSettings spiked;
    spiked.spectrum = "spiked";
    spiked.choices = {{"spikes", "3"}};
    CHECK_THROWS_AS(nodes({.alpha = 1, .beta = 1.5, .d = infinite}, spiked), support::InvalidInput);
}

TEST_CASE("what is simulated has a node for every dimension, however many", "[problem]")
{
    const problem::Cell cell{.alpha = 1, .beta = 1.5, .d = 3000};
    const rng::Draws draws(rng::Key(1), 0);
    const problem::LinearModel model = problem::instance_of({}, cell, draws);
    CHECK(model.eigenvalues.size() == 3000);
    CHECK(model.eigenvalues.dot(model.teacher.cwiseAbs2()) == Approx(1).epsilon(1e-12));
    CHECK(problem::nodes_of({}, cell).eigenvalue.size() < 200);
}

TEST_CASE("directions that are alike are one node, with the sums of all of them", "[problem]")
{
    problem::ModelSettings model;
    model.spectrum = "spiked";
    model.teacher = "aligned";
    model.choices = {{"spikes", "9, 4"}, {"alignment", "0.5"}};
    problem::Cell cell{.d = 120};
    const problem::Nodes joined = problem::nodes_of(model, cell);
    cell.beta_synthetic = 1;  // rows of a covariance of their own tell directions apart
    const problem::Nodes each = problem::nodes_of(model, cell);
    CHECK(joined.eigenvalue.size() == 3);
    REQUIRE(each.eigenvalue.size() == 120);
    CHECK(joined.dimension() == 120);
    for (const double kappa : {0.01, 1.0, 30.0}) {
        const auto lost = [&](const problem::Nodes& nodes) {
            return nodes.sum(nodes.eigenvalue * nodes.coefficient2 / (nodes.eigenvalue + kappa).square());
        };
        const auto degrees = [&](const problem::Nodes& nodes) { return nodes.sum(nodes.eigenvalue / (nodes.eigenvalue + kappa)); };
        CHECK(lost(joined) == Approx(lost(each)).epsilon(1e-12).margin(0));
        CHECK(degrees(joined) == Approx(degrees(each)).epsilon(1e-12).margin(0));
    }
}
