#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <boost/math/distributions/fisher_f.hpp>

#include "collapse/estimator/covariates.hpp"
#include "support/brute_force.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

// The compressed sampler against covariates drawn row by row: means and spreads of functions of S = X' X / T that between them see
// the trace, the correlations and the smallest eigenvalues.

namespace estimator_gaussian_test {

namespace {

constexpr std::size_t count = 6000;
constexpr Index d = 5;

const Vector& eigenvalues()
{
    static const Vector s = test::brute_force::eigenvalues({.beta = 1, .d = d});
    return s;
}

using Samples = std::vector<std::vector<double>>;  // [statistic][replicate]
constexpr const char* statistics[] = {"trace", "S_12", "S_12^2", "S_55", "trace of S^2", "trace of (S + 0.05)^-1"};

void add_statistics(Samples& samples, const Matrix& S)
{
    samples.resize(std::size(statistics));
    const Matrix regular = S + 0.05 * Matrix::Identity(d, d);
    std::size_t i = 0;
    for (const double value : {S.trace(), S(0, 1), S(0, 1) * S(0, 1), S(d - 1, d - 1), S.squaredNorm(), regular.inverse().trace()})
        samples[i++].push_back(value);
}

Samples compressed(Index T)
{
    Samples samples;
    for (std::uint64_t replicate = 0; replicate < count; ++replicate) {
        rng::Engine engine = rng::Draws(rng::Key(51), replicate).stream(rng::Purpose::design);
        const Matrix rows = estimator::covariates_called("gaussian").design(engine, eigenvalues(), T, {}).rows;
        add_statistics(samples, rows * rows.transpose());
    }
    return samples;
}

Samples drawn(Index T, double scale)
{
    Samples samples;
    test::brute_force::Generator generator(52);
    for (std::size_t replicate = 0; replicate < count; ++replicate) {
        const Matrix X = test::brute_force::covariates(generator, eigenvalues(), static_cast<double>(T));
        add_statistics(samples, scale * X.transpose() * X / static_cast<double>(T));
    }
    return samples;
}

/// Scores of the two samplers for T rows on either side of d; the rows drawn directly have `scale` times the variance.
test::Scores compared(double scale)
{
    test::Scores scores;
    for (const Index T : {1, 3, 5, 12}) {
        const Samples a = compressed(T), b = drawn(T, scale);
        for (std::size_t i = 0; i < a.size(); ++i) {
            const test::Sample left = test::summarise(a[i]), right = test::summarise(b[i]);
            scores.add(test::welch_z(left, right), fmt::format("T = {}, mean of {}", T, statistics[i]));
            scores.add(test::spread_z(left, right), fmt::format("T = {}, spread of {}", T, statistics[i]));
        }
    }
    return scores;
}

}  // namespace

TEST_CASE("the compressed design has the distribution of rows drawn one by one", "[estimator]")
{
    const auto scores = compared(1);
    INFO(scores.report());
    CHECK_FALSE(scores.any_beyond(test::false_alarm));
}

TEST_CASE("the test of the design rejects covariates whose variance is 3 % too large", "[estimator]")
{
    CHECK(compared(1.03).any_beyond(test::false_alarm));
}

namespace {

/// Hotelling: with g ~ N(0, 1) [d] and an independent Wishart matrix W of T degrees of freedom, |W^-1/2 g|^2 (T - d + 1) / d has the
/// F distribution with d and T - d + 1 degrees of freedom. This is the error sum s_j w_j^2 of least-squares noise, whose variance is
/// `factor` times what it should be.
double p_of_fisher(Index T, double factor)
{
    const auto residual = static_cast<double>(T - d + 1);
    std::vector<double> values;
    for (std::uint64_t replicate = 0; replicate < 60'000; ++replicate) {
        rng::Engine engine = rng::Draws(rng::Key(54), replicate).stream(rng::Purpose::design);
        const Vector w = estimator::covariates_called("gaussian").least_squares_noise(engine, eigenvalues(), T, {});
        values.push_back(factor * w.cwiseAbs2().dot(eigenvalues()) * residual / d);
    }
    return test::kolmogorov_p(values, [&](double x) { return cdf(boost::math::fisher_f(d, residual), x); });
}

constexpr Index row_counts[] = {5, 6, 12, 40};

}  // namespace

TEST_CASE("the error of least-squares noise has Hotelling's distribution", "[estimator]")
{
    for (const Index T : row_counts) CHECK(p_of_fisher(T, 1) > test::false_alarm / std::size(row_counts));
}

TEST_CASE("the test of least-squares noise rejects a variance that is a few per cent too large", "[estimator]")
{
    for (const Index T : {12, 40}) CHECK(p_of_fisher(T, 1.03) < test::false_alarm / std::size(row_counts));
}

}  // namespace estimator_gaussian_test
