#include <catch2/catch.hpp>

#include <cmath>

#include "support/brute_force.hpp"
#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using problem::Cell;

// The program's samplers (compressed designs, shared chains, tridiagonal fits) against the protocol taken literally, at small sizes
// where nothing is asymptotic. Both sides draw independently, so their difference is pure noise if they sample one distribution.

namespace protocol_brute_force_test {

namespace {

constexpr std::int64_t count = 3000;
constexpr double d = 16;

/// All shapes T0 over/under d x T over/under d, without and with ridge, isotropic and power law; then ridges in the generators and
/// long chains. The sizes keep |T - d| so large that the fourth moments of the errors exist.
std::vector<Cell> cells()
{
    std::vector<Cell> result;
    for (const double T0 : {36.0, 6.0})
        for (const double T : {40.0, 7.0})
            for (const double lambda : {0.0, 0.1})
                for (const double beta : {0.0, 1.2})
                    result.push_back({.alpha = 0.5,
                                      .beta = beta,
                                      .T = T,
                                      .lambda = lambda,
                                      .n = 2,
                                      .d = d,
                                      .T0 = T0,
                                      .lambda0 = 0,
                                      .sigma = 0.4,
                                      .sigma0 = 0.5});
    for (const double T0 : {16.0, 36.0, 1.0})
        result.push_back({.alpha = 1,
                          .beta = 0.7,
                          .T = 16,
                          .lambda = 0.05,
                          .n = 3,
                          .d = d,
                          .T0 = T0,
                          .lambda0 = 0.2,
                          .sigma = 0.3,
                          .sigma0 = 0.8});
    result.push_back(
        {.alpha = 0, .beta = 0, .T = 1, .lambda = 1, .n = 0, .d = 1, .T0 = 1, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.8});
    result.push_back(
        {.alpha = 0, .beta = 0.5, .T = 30, .lambda = 0, .n = 6, .d = d, .T0 = 36, .lambda0 = 0, .sigma = 0, .sigma0 = 0.5});
    return result;
}

std::string name_of(const Cell& cell)
{
    return fmt::format("beta {} T {} lambda {} n {} d {} T0 {} lambda0 {}", cell.beta, cell.T, cell.lambda, cell.n, cell.d, cell.T0,
                       cell.lambda0);
}

std::vector<double> logarithms(std::vector<double> values)
{
    for (double& value : values) value = std::log(value);
    return values;
}

/// Scores over the cells, one for each quantity and question, because those of one cell are not independent.
struct Comparison {
    struct Quantity {
        test::Scores mean, spread;  ///< spread of the logarithm: errors are skewed
    } test_error, bias, variance;
};

void compare(Comparison::Quantity& scores, const std::vector<double>& program, const std::vector<double>& oracle,
             const std::string& name)
{
    const test::Sample a = test::summarise(program), b = test::summarise(oracle);
    if (a.mean < 1e-20 && b.mean < 1e-20) return;  // the bias of least squares is zero, but for rounding
    scores.mean.add(test::welch_z(a, b), name);
    scores.spread.add(test::spread_z(test::summarise(logarithms(program)), test::summarise(logarithms(oracle))), name);
}

struct Samples {
    Cell cell;
    test::ErrorSamples program, oracle;
};

std::vector<Samples> drawn()
{
    std::vector<Samples> result;
    test::brute_force::Generator generator(61);
    for (const Cell& cell : cells()) {
        Samples samples{cell, test::simulated(protocol::protocol_called("replace"), cell, {}, count, 62), {}};
        const auto eigenvalues = test::brute_force::eigenvalues(cell), teacher = test::brute_force::teacher(cell);
        for (std::int64_t i = 0; i < count; ++i)
            samples.oracle.add(test::brute_force::replace(generator, eigenvalues, teacher, cell));
        result.push_back(std::move(samples));
    }
    return result;
}

const std::vector<Samples>& samples()
{
    static const std::vector<Samples> once = drawn();
    return once;
}

/// `wrong` distorts what the oracle says.
template <class Distortion>
Comparison compared(Distortion&& wrong)
{
    Comparison result;
    for (const auto& [cell, program, oracle] : samples()) {
        compare(result.test_error, program.test_error, wrong(oracle.test_error), name_of(cell));
        compare(result.bias, program.bias, wrong(oracle.bias), name_of(cell));
        compare(result.variance, program.variance, wrong(oracle.variance), name_of(cell));
    }
    return result;
}

constexpr double rate = test::false_alarm / 6;  // three quantities, two questions

}  // namespace

TEST_CASE("replace samples what its definition says: the means of test error, bias and variance", "[protocol]")
{
    const Comparison scores = compared([](const auto& values) { return values; });
    for (const auto* quantity : {&scores.test_error, &scores.bias, &scores.variance}) {
        INFO(quantity->mean.report());
        CHECK_FALSE(quantity->mean.rejected(rate));
    }
}

TEST_CASE("replace samples what its definition says: the spreads of test error, bias and variance", "[protocol]")
{
    const Comparison scores = compared([](const auto& values) { return values; });
    for (const auto* quantity : {&scores.test_error, &scores.bias, &scores.variance}) {
        INFO(quantity->spread.report());
        CHECK_FALSE(quantity->spread.rejected(rate));
    }
}

TEST_CASE("the test of means rejects errors that are 3 % too large", "[protocol]")
{
    const Comparison scores = compared([](std::vector<double> values) {
        for (double& value : values) value *= 1.03;
        return values;
    });
    CHECK(scores.test_error.mean.rejected(rate));
    CHECK(scores.bias.mean.rejected(rate));
    CHECK(scores.variance.mean.rejected(rate));
}

TEST_CASE("the test of spreads rejects errors that fluctuate 3 % too much", "[protocol]")
{
    const Comparison scores = compared([](std::vector<double> values) {
        for (double& value : values) value = std::pow(value, 1.03);
        return values;
    });
    CHECK(scores.test_error.spread.rejected(rate));
    CHECK(scores.variance.spread.rejected(rate));
}

}  // namespace protocol_brute_force_test
