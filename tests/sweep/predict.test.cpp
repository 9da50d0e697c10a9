#include <catch2/catch.hpp>

#include <cmath>

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>

#include "collapse/sweep/predict.hpp"
#include "support/sweeps.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using protocol::Prediction;

namespace sweep_predict_test {

namespace {

constexpr double rate_tolerance = 1e-8;  ///< the promise of the program, absolute

sweep::Settings theory_of(const test::Axes& axes, const std::string& protocol = "replace")
{
    sweep::Settings settings;
    settings.protocol = protocol;
    for (const auto& [name, list] : axes) settings.axes.push_back(test::axis(name, list));
    settings.simulation.replicates = 0;
    return sweep::validated(settings);
}

/// The prediction of the only cell.
Prediction only(const test::Axes& axes, const std::string& protocol = "replace")
{
    const sweep::Settings settings = theory_of(axes, protocol);
    return sweep::predict(settings, settings.grid().selected_part(sweep::RowIndex{0}))[0];
}

test::Axes with(test::Axes axes, const test::Axes& changes)
{
    for (const auto& [name, list] : changes) axes[name] = list;
    return axes;
}

const test::Axes least_squares{{"T", "150"},     {"d", "100"},      {"T0", "400"}, {"lambda", "0"},
                               {"sigma", "0.3"}, {"sigma0", "0.5"}, {"n", "7"}};

}  // namespace

TEST_CASE("rates of least squares are those of its closed form", "[sweep]")
{
    for (const char* T : {"101", "110", "150", "1e6"}) {
        const Prediction found = only(with(least_squares, {{"T", T}}));
        const double rows = std::stod(T), clean = 0.09 * 100 / (rows - 100), collapsed = 7 * 0.25 * 100 / 300,
                     all = clean + collapsed;
        CHECK(found.rates.T == Approx(-clean * rows / (rows - 100) / all).margin(rate_tolerance).epsilon(rate_tolerance));
        CHECK(found.rates.n == Approx(collapsed / all).margin(rate_tolerance));
        CHECK(std::isnan(found.rates.lambda));
        CHECK(found.clean.test_error == Approx(clean).epsilon(test::rounding));
    }
}

TEST_CASE("rates over whole generations are exact for linear growth and exponential saturation", "[sweep]")
{
    const double unit = 100.0 / 50, noise = 0.09, synthetic = 0.25;  // T = 150
    for (const double n : {1.0, 2.0, 3.0, 7.0, 1000.0})
        for (const double w : {0.0, 0.3, 0.618, 0.9}) {
            const Prediction found = only({{"T", "150"},
                                           {"d", "100"},
                                           {"lambda", "0"},
                                           {"sigma", "0.3"},
                                           {"sigma0", "0.5"},
                                           {"w", fmt::format("{}", w)},
                                           {"n", fmt::format("{}", n)}},
                                          "mix");
            // Least squares: V <- q^2 V + (w^2 sigma^2 + q^2 sigma0^2) unit.
            const double decay = (1 - w) * (1 - w), gain = w * w * noise + decay * synthetic;
            const double limit = unit * gain / (1 - decay), transient = (unit * noise - limit) * std::pow(decay, n);
            const double error = w == 0 ? unit * (noise + n * synthetic) : limit + transient;
            const double slope = w == 0 ? unit * synthetic : std::log(decay) * transient;
            INFO("n = " << n << ", w = " << w);
            CHECK(found.asymptotic.test_error == Approx(error).epsilon(test::rounding));
            CHECK(found.rates.n == Approx(n * slope / error).margin(rate_tolerance));
        }
}

TEST_CASE("rates over whole generations are close for a sum of many decays", "[sweep]")
{
    // Accumulated rows: the error is a difference of digamma functions of n.
    using boost::math::digamma, boost::math::trigamma;
    const double c = 100.0 / 200;
    for (const auto& [n, tolerance] :
         {std::pair{1.0, 0.013}, {2.0, 0.0015}, {3.0, 4e-4}, {5.0, 6e-5}, {10.0, 4e-6}, {100.0, rate_tolerance}}) {
        const Prediction found =
            only({{"T", "200"}, {"d", "100"}, {"lambda", "0"}, {"sigma", "0.3"}, {"sigma0", "0.5"}, {"n", fmt::format("{}", n)}},
                 "accumulate");
        const double error = 0.09 * c / (1 - c) + 0.25 * (digamma(n + 2 - c) - digamma(2 - c) - digamma(n + 2) + digamma(2.0));
        INFO("n = " << n);
        CHECK(found.asymptotic.test_error == Approx(error).epsilon(1e-12));
        CHECK(found.rates.n == Approx(n * 0.25 * (trigamma(n + 2 - c) - trigamma(n + 2)) / error).margin(tolerance));
    }
    CHECK(std::isnan(only({{"T", "200"}, {"d", "100"}, {"lambda", "0"}, {"sigma", "0.3"}, {"n", "0"}}, "accumulate").rates.n));
    CHECK(std::isnan(only({{"T", "200"}, {"d", "100"}, {"lambda", "0"}, {"sigma", "0.3"}, {"n", "inf"}}, "accumulate").rates.n));
}

TEST_CASE("rates are undefined at a pole, without generations and in their limit", "[sweep]")
{
    CHECK(std::isnan(only(with(least_squares, {{"T", "100"}})).rates.T));
    CHECK(std::isnan(only(with(least_squares, {{"n", "0"}})).rates.n));
    CHECK(std::isnan(only(with(least_squares, {{"n", "inf"}})).rates.n));
}

TEST_CASE("a rate agrees with a difference over a longer way", "[sweep]")
{
    const test::Axes axes{{"alpha", "1.2"}, {"beta", "1.5"},   {"T", "300"},       {"d", "inf"}, {"T0", "200"},
                          {"sigma", "0.3"}, {"sigma0", "0.5"}, {"lambda", "0.01"}, {"n", "5"}};
    const double h = 0.02;
    const auto slope = [&](const std::string& name, double x) {  // sixth order
        const auto log_error = [&](double k) {
            return std::log(only(with(axes, {{name, fmt::format("{:.17g}", x * std::exp(k * h))}})).asymptotic.test_error);
        };
        return (45 * (log_error(1) - log_error(-1)) - 9 * (log_error(2) - log_error(-2)) + log_error(3) - log_error(-3)) / (60 * h);
    };
    const protocol::Rates rates = only(axes).rates;
    CHECK(rates.T == Approx(slope("T", 300)).margin(rate_tolerance));
    CHECK(rates.lambda == Approx(slope("lambda", 0.01)).margin(rate_tolerance));
    CHECK(rates.n == Approx(slope("n", 5)).margin(rate_tolerance));
}

TEST_CASE("along T everything follows that is a power of T", "[sweep]")
{
    const test::Axes plain{{"alpha", "1.2"}, {"beta", "1.5"}, {"d", "inf"}, {"sigma", "0.3"}, {"sigma0", "0.5"}};
    const auto on_path = [&](const std::string& T) {
        return only(with(plain, {{"T", T}, {"ell", "0.5"}, {"b", "0.8"}, {"a", "0.25"}}));
    };
    const double h = 1e-3, ahead = std::log(on_path(fmt::format("{:.17g}", 1e4 * std::exp(h))).asymptotic.test_error),
                 behind = std::log(on_path(fmt::format("{:.17g}", 1e4 * std::exp(-h))).asymptotic.test_error);
    CHECK(on_path("1e4").rates.T == Approx((ahead - behind) / (2 * h)).margin(1e-6));  // second order
}

TEST_CASE("local rates tend to the exponents of the scaling laws", "[sweep]")
{
    // The largest term is T^0.1 above the others: they still matter a little at T = 1e12.
    for (const char* ell : {"0.2", "0.6", "0.9", "1.2"})
        for (const char* n : {"0", "1"}) {
            const protocol::Rates rates = only({{"alpha", "1.6"},
                                                {"beta", "1.5"},
                                                {"d", "inf"},
                                                {"T", "1e12"},
                                                {"b", "0.9"},
                                                {"ell", ell},
                                                {"sigma", "0.3"},
                                                {"sigma0", "0.5"},
                                                {"n", n}})
                                              .rates;
            INFO("ell = " << ell << ", n = " << n);
            CHECK(rates.T == Approx(rates.asymptotic_T).margin(0.02));
        }
}

TEST_CASE("who hands labels on as the laws have it has their exponents, whatever its name; others have none", "[sweep]")
{
    using Lines = std::vector<std::pair<std::string, std::string>>;
    const test::Axes path{{"alpha", "1.6"}, {"beta", "1.5"},  {"d", "inf"},      {"T", "1e6"}, {"b", "0.9"},
                          {"ell", "0.6"},   {"sigma", "0.3"}, {"sigma0", "0.5"}, {"n", "0, 1"}};
    const auto exponents = [&](const std::string& protocol, const Lines& chain, const test::Axes& changes) {
        sweep::Settings settings;
        settings.protocol = protocol;
        settings.chain = chain;
        for (const auto& [name, list] : with(path, changes)) settings.axes.push_back(test::axis(name, list));
        settings.simulation.replicates = 0;
        settings = sweep::validated(settings);
        const auto found = sweep::predict(settings, settings.grid().selected_part(sweep::RowIndex{0}));
        return std::pair(found[0].rates.asymptotic_T, found[1].rates.asymptotic_T);
    };
    const auto laws = exponents("replace", {}, {});
    REQUIRE(std::isfinite(laws.first));
    REQUIRE(laws.second > laws.first);

    const auto written = [&](const std::string& rows, const std::string& labels, const std::string& ridge = "0") {
        return exponents("chain",
                         {{"G", "rows(T0)"},
                          {"X", rows},
                          {"step", "fit G(t) to model(t-1) + sigma0*noise, ridge " + ridge},
                          {"evaluate", "fit X(0) to " + labels + " + sigma*noise"}},
                         {});
    };
    CHECK(written("rows(T)", "model(t-1)") == laws);
    CHECK(std::isnan(written("rows(T)", "0.5*truth + 0.5*model(t-1)").second));
    CHECK(std::isnan(written("rows(T0)", "model(t-1)").second));
    CHECK(std::isnan(written("rows(T)", "model(t-1)", "lambda").second));

    CHECK(exponents("mixture", {}, {{"p", "0"}}).second == laws.second);
    CHECK(std::isnan(exponents("mixture", {}, {{"p", "0.5"}}).second));
    const auto shifted = exponents("replace", {}, {{"beta_synthetic", "1.2"}});
    CHECK(std::isnan(shifted.second));
    const auto ridge = exponents("replace", {}, {{"lambda0", "0.1"}});
    CHECK(ridge.first == laws.first);
    CHECK(std::isnan(ridge.second));
}

TEST_CASE("also where generators forget, T0 < d, with numbers of generations that grow", "[sweep]")
{
    // 1e-3 in the middle of a regime; where exponents nearly coincide, up to 0.03.
    int close = 0, all = 0;
    for (const char* sigma0 : {"0", "1"})
        for (const char* r : {"0.3", "0.5", "1.5"}) {
            const sweep::Settings settings = theory_of({{"r", r},
                                                        {"beta", "1.5"},
                                                        {"d", "inf"},
                                                        {"T", "1e20"},
                                                        {"b", "0.35, 0.65, 0.85, 1.2, 1.45"},
                                                        {"ell", "0.2, 0.5, 0.8, 1.1, 1.35, 1.7"},
                                                        {"a", "0, 0.15, 0.3, 0.6, 1.1"},
                                                        {"sigma", sigma0},
                                                        {"sigma0", sigma0}});
            for (std::size_t row = 0; row < settings.grid().rows(); ++row)
                for (const Prediction& found : sweep::predict(settings, settings.grid().selected_part(sweep::RowIndex{row}))) {
                    CHECK(found.rates.T == Approx(found.rates.asymptotic_T).margin(0.03));
                    close += std::abs(found.rates.T - found.rates.asymptotic_T) < 1e-3 ? 1 : 0;
                    ++all;
                }
        }
    CHECK(close > 0.7 * all);
}

TEST_CASE("rates reach the exponents for the largest samples", "[sweep]")
{
    for (const char* ell : {"0.3", "0.9"})
        for (const char* n : {"0", "10"}) {
            const protocol::Rates rates = only({{"r", "0.5"},
                                                {"beta", "1.5"},
                                                {"d", "inf"},
                                                {"T", "1e25"},
                                                {"b", "1.2"},
                                                {"ell", ell},
                                                {"sigma", "1"},
                                                {"sigma0", "1"},
                                                {"n", n}})
                                              .rates;
            CHECK(rates.T == Approx(rates.asymptotic_T).margin(1e-4));
        }
    CHECK_THROWS_AS(only({{"d", "inf"}, {"beta", "1.5"}, {"alpha", "1"}, {"T", "2e30"}}), support::InvalidInput);
    CHECK_THROWS_AS(only({{"d", "inf"}, {"beta", "12"}, {"alpha", "1"}, {"T", "1e30"}}), support::InvalidInput);
}

TEST_CASE("exponents of T that lead out of range are refused", "[sweep]")
{
    const test::Axes axes{{"T", "1000"}, {"d", "10"}, {"T0", "20"}, {"n", "1"}};
    const auto without = [&](const std::string& gone, const test::Axes& more) {
        test::Axes rest = with(axes, more);
        rest.erase(gone);
        return rest;
    };
    CHECK_NOTHROW(theory_of(axes));
    CHECK_THROWS_AS(theory_of(without("T0", {{"b", "11"}})), support::InvalidInput);
    CHECK_THROWS_AS(theory_of(with(axes, {{"ell", "200"}})), support::InvalidInput);
    CHECK_THROWS_AS(theory_of(with(axes, {{"ell", "-200"}})), support::InvalidInput);
    CHECK_THROWS_AS(theory_of(without("n", {{"a", "200"}})), support::InvalidInput);
}

TEST_CASE("a simulation takes whole generations and samples only", "[sweep]")
{
    sweep::Settings settings = theory_of({{"T", "1000"}, {"d", "10"}, {"b", "0.5"}, {"a", "0.2"}});
    CHECK(settings.grid().cell(sweep::CellIndex{0}).n == Approx(std::pow(1000, 0.2)));
    CHECK(settings.grid().cell(sweep::CellIndex{0}).T0 == Approx(std::sqrt(1000)));
    settings.simulation.replicates = 5;
    CHECK(settings.grid().cell(sweep::CellIndex{0}).n == 4);
    CHECK(settings.grid().cell(sweep::CellIndex{0}).T0 == 32);
}

}  // namespace sweep_predict_test
