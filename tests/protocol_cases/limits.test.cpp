#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>

#include "support/cases.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using problem::Cell;
using problem::Choices;

// Where protocols meet each other, and what endless generations come to.

namespace protocol_cases_limits_test {

namespace {

constexpr double infinite = INFINITY;

problem::Errors predicted(const std::string& protocol, const Cell& cell, const Choices& choices = {})
{
    return test::predict(protocol::protocol_called(protocol), cell, choices).asymptotic;
}

double exact(const std::string& protocol, const Cell& cell, const Choices& choices = {})
{
    return test::predict(protocol::protocol_called(protocol), cell, choices).exact;
}

void check_equal(const problem::Errors& a, const problem::Errors& b)
{
    CHECK(a.bias == Approx(b.bias).epsilon(test::theory).margin(test::theory_floor));
    CHECK(a.variance == Approx(b.variance).epsilon(test::theory).margin(test::theory_floor));
}

Cell with(Cell cell, double Cell::*member, double value)
{
    cell.*member = value;
    return cell;
}

/// Rows over and under d, minimum norm and ridge, isotropic and not; n = 4.
std::vector<Cell> shapes()
{
    std::vector<Cell> result;
    for (const double T : {250., 60.})
        for (const double lambda : {0., 1e-3, 0.3})
            for (const double beta : {0., 1.2})
                result.push_back(
                    {.alpha = 1, .beta = beta, .T = T, .lambda = lambda, .n = 4, .d = 100, .sigma = 0.4, .sigma0 = 0.6});
    return result;
}

const Choices fixed{{"design", "fixed"}};
const Choices fixed_labels{{"design", "fixed"}, {"real_labels", "fixed"}};

}  // namespace

TEST_CASE("with real labels only, every generation is a fresh fit", "[protocol]")
{
    for (const Cell& cell : shapes())
        for (const double n : {0., 1., 4., infinite}) {
            INFO("T " << cell.T << " lambda " << cell.lambda << " beta " << cell.beta << " n " << n);
            const problem::Errors fit = predicted("replace", with(with(cell, &Cell::n, 0), &Cell::T0, 100));
            const Cell all_real = with(with(with(with(cell, &Cell::w, 1), &Cell::p, 1), &Cell::k, 0.7), &Cell::n, n);
            check_equal(predicted("mix", all_real), fit);
            check_equal(predicted("mix", all_real, fixed), fit);
            check_equal(predicted("mix", all_real, fixed_labels), fit);
            check_equal(predicted("partial", all_real), fit);
            check_equal(predicted("weighted", all_real), fit);
        }
}

TEST_CASE("without real labels, fresh mix and partial are replace with like generators", "[protocol]")
{
    for (Cell cell : shapes())
        for (const double n : {0., 1., 4., infinite}) {
            cell.sigma0 = cell.sigma;
            INFO("T " << cell.T << " lambda " << cell.lambda << " beta " << cell.beta << " n " << n);
            const Cell none = with(with(with(cell, &Cell::w, 0), &Cell::p, 0), &Cell::n, n);
            const problem::Errors replaced = predicted("replace", with(with(none, &Cell::T0, cell.T), &Cell::lambda0, cell.lambda));
            if (n == infinite && cell.lambda == 0 && cell.T > cell.d) {
                CHECK(replaced.variance == infinite);  // noise adds up for ever
                CHECK(predicted("mix", none).variance == infinite);
                CHECK(predicted("partial", none).variance == infinite);
                continue;
            }
            check_equal(predicted("mix", none), replaced);
            check_equal(predicted("partial", none), replaced);
            check_equal(predicted("weighted", with(with(none, &Cell::w, 0), &Cell::k, 1)), replaced);
        }
}

TEST_CASE("rows that all weigh the same make weighted a partial of all its rows", "[protocol]")
{
    // T real rows of weight T / (T + T/k) each, n = inf so that the first model, on fewer rows, is forgotten.
    for (Cell cell : shapes()) {
        INFO("T " << cell.T << " lambda " << cell.lambda << " beta " << cell.beta);
        cell.n = infinite;
        cell.k = 0.5;
        cell.w = 1.0 / 3 * (1 + 1e-9);  // beside the case of equal weights, which has a short cut
        const Cell whole = with(with(cell, &Cell::T, 3 * cell.T), &Cell::p, 1.0 / 3);
        const problem::Errors a = predicted("weighted", cell), b = predicted("partial", whole);
        CHECK(a.bias == Approx(b.bias).epsilon(1e-7).margin(test::theory_floor));
        CHECK(a.variance == Approx(b.variance).epsilon(1e-7).margin(test::theory_floor));
    }
}

TEST_CASE("many generations come to the fixed point", "[protocol]")
{
    for (Cell cell : shapes()) {
        cell.w = 0.3;
        cell.p = 0.6;
        cell.k = 0.5;
        cell.T0 = 70;
        cell.lambda0 = 0.2;
        const Cell last = with(cell, &Cell::n, infinite), many = with(cell, &Cell::n, 400);
        INFO("T " << cell.T << " lambda " << cell.lambda << " beta " << cell.beta);
        check_equal(predicted("mix", many), predicted("mix", last));
        check_equal(predicted("mix", many, fixed), predicted("mix", last, fixed));
        check_equal(predicted("mix", many, fixed_labels), predicted("mix", last, fixed_labels));
        check_equal(predicted("partial", many), predicted("partial", last));
        check_equal(predicted("weighted", many), predicted("weighted", last));
        check_equal(predicted("replace", with(many, &Cell::n, 4000)), predicted("replace", last));
        for (const Choices& choices : {Choices{}, fixed, fixed_labels}) {
            if (std::isnan(exact("mix", last, choices))) CHECK(std::isnan(exact("mix", many, choices)));
            else CHECK(exact("mix", last, choices) == Approx(exact("mix", many, choices)).epsilon(test::theory));
        }
    }
}

TEST_CASE("the adaptive weight tends to one over the golden ratio, the best for equal noise", "[protocol]")
{
    const Choices adaptive{{"weighting", "adaptive"}, {"design", "fixed"}};
    const Cell cell{.alpha = 0, .beta = 0, .T = 200, .lambda = 0, .n = 60, .d = 100, .sigma = 0.5, .sigma0 = 0.5};
    const double best = (std::sqrt(5.0) - 1) / 2;
    const Cell golden = with(with(cell, &Cell::n, infinite), &Cell::w, best);
    check_equal(predicted("mix", cell, adaptive), predicted("mix", golden, fixed));
    check_equal(predicted("mix", with(cell, &Cell::n, infinite), adaptive), predicted("mix", golden, fixed));
    for (const double w : {best - 0.01, best + 0.01})
        CHECK(predicted("mix", with(golden, &Cell::w, w), fixed).test_error > predicted("mix", golden, fixed).test_error);
}

TEST_CASE("the best weights of real rows in low dimension are those of the closed form", "[protocol]")
{
    // (w^2 + k (1 - w)^2) / (2 w - w^2) is smallest at (sqrt(k^2 + 4 k) - k) / 2 [HXC].
    for (const double k : {0.1, 1., 4.}) {
        const Cell cell{.alpha = 0, .beta = 0, .T = 4e6, .lambda = 0, .n = infinite, .d = 4, .sigma = 1, .sigma0 = 1, .k = k};
        for (const double w : {0.1, 0.5, (std::sqrt(k * k + 4 * k) - k) / 2, 0.95}) {
            const double ratio = (w * w + k * (1 - w) * (1 - w)) / (2 * w - w * w);
            CHECK(predicted("weighted", with(cell, &Cell::w, w)).test_error == Approx(ratio * cell.d / cell.T).epsilon(1e-5));
        }
    }
}

TEST_CASE("a mix collapses where the recursion says so, and only there", "[protocol]")
{
    Cell cell{.alpha = 0, .beta = 0, .T = 200, .lambda = 0, .n = infinite, .d = 100, .sigma = 0, .sigma0 = 0.5, .w = 0};
    CHECK(predicted("mix", cell).test_error == infinite);
    CHECK(predicted("mix", cell, fixed).test_error == infinite);
    CHECK(predicted("mix", cell, fixed_labels).test_error == infinite);
    CHECK(exact("mix", cell, fixed) == infinite);
    cell.sigma0 = 0;
    CHECK(predicted("mix", cell).test_error == 0);
    CHECK(predicted("mix", cell, fixed).test_error == 0);
    cell.sigma0 = 0.5;
    cell.w = 0.01;
    CHECK(std::isfinite(predicted("mix", cell).test_error));
    cell.w = 0;
    cell.lambda = 0.1;
    CHECK(std::isfinite(predicted("mix", cell, fixed).test_error));
    CHECK(std::isfinite(predicted("mix", cell).test_error));
}

TEST_CASE("partial diverges below a fraction of real labels, exactly where its largest eigenvalue is 1", "[protocol]")
{
    // Least squares: d/(T-d) q/(1+q) = 1 with q = 1 - p; T = 1.25 d gives q = 1/3.
    const Cell cell{.alpha = 0, .beta = 0, .T = 125, .lambda = 0, .n = infinite, .d = 100, .sigma = 0.5, .sigma0 = 0.5, .p = 0.5};
    CHECK(predicted("partial", with(cell, &Cell::p, 2. / 3 - 1e-6)).variance == infinite);
    CHECK(predicted("partial", with(cell, &Cell::p, 2. / 3 - 1e-6)).bias == 0);
    CHECK(std::isfinite(predicted("partial", with(cell, &Cell::p, 2. / 3 + 1e-6)).variance));
    const Cell below = with(cell, &Cell::p, 0.6);
    CHECK(predicted("partial", with(below, &Cell::n, 400)).variance >
          10 * predicted("partial", with(below, &Cell::n, 300)).variance);
}

TEST_CASE("accumulating keeps the error below pi^2/6 times the first, and below its limit", "[protocol]")
{
    const double bound = std::numbers::pi * std::numbers::pi / 6;
    for (const double T : {102., 150., 5000.}) {
        const Cell cell{.alpha = 0, .beta = 0, .T = T, .lambda = 0, .n = 0, .d = 100, .sigma = 0.7, .sigma0 = 0.7};
        for (const Choices& choices : {Choices{}, fixed}) {
            const double first = predicted("accumulate", cell, choices).test_error,
                         limit = predicted("accumulate", with(cell, &Cell::n, infinite), choices).test_error;
            CHECK(limit <= bound * first * (1 + 1e-12));
            double last = first;
            for (const double n : {1., 2., 10., 1000.}) {
                const double error = predicted("accumulate", with(cell, &Cell::n, n), choices).test_error;
                CHECK(error > last);
                last = error;
            }
            CHECK(last < limit);
            // The rest of the series after n = 1000 lies between two integrals.
            const double rest = (limit - last) / (choices.empty() ? 0.7 * 0.7 * 100 / T : first);
            CHECK(rest > 1. / 1002);
            CHECK(rest < 1. / 1000);
            CHECK(exact("accumulate", cell, choices) == Approx(0.49 * 100 / (T - 101)));
        }
    }
}

TEST_CASE("accumulating on one design with a ridge is predicted, and in the end predicts zero", "[protocol]")
{
    const Cell cell{.alpha = 0, .beta = 0, .T = 200, .lambda = 0.5, .n = infinite, .d = 100, .sigma = 0.5, .sigma0 = 0.5};
    check_equal(predicted("accumulate", cell, fixed), {1, 1, 0});
    double last = predicted("accumulate", with(cell, &Cell::n, 0), fixed).bias;
    for (const double n : {1., 10., 100., 1000.}) {
        const double bias = predicted("accumulate", with(cell, &Cell::n, n), fixed).bias;
        CHECK(bias > last);
        last = bias;
    }
    CHECK(last < 1);
}

TEST_CASE("what is not known is NaN, with a reason", "[protocol]")
{
    const Choices subsample{{"subsample", "yes"}};
    const auto reason = [](const std::string& protocol, const Cell& cell, const Choices& choices) {
        const protocol::Protocol& found = protocol::protocol_called(protocol);
        return found.reasons_not_predicted({cell, {cell.lambda}, {cell.n}}, test::with_defaults(found, choices))[0];
    };
    const auto check_unknown = [&](const Cell& cell, const Choices& choices, const std::string& why) {
        CHECK(std::isnan(predicted("accumulate", cell, choices).test_error));
        CHECK(std::isnan(exact("accumulate", cell, choices)));
        CHECK_THAT(reason("accumulate", cell, choices), Catch::Contains(why));
    };
    const Choices repeated{{"subsample", "yes"}, {"design", "fixed"}};
    const Cell ridge{.alpha = 0, .beta = 0, .T = 200, .lambda = 0.5, .n = 2, .d = 100, .sigma = 0.5, .sigma0 = 0.5};
    const Cell least_squares = with(ridge, &Cell::lambda, 0);
    check_unknown(ridge, repeated, "several times");
    check_unknown(with(ridge, &Cell::n, infinite), {}, "endless");
    check_unknown(with(ridge, &Cell::n, 1000), {}, "up to n = 400");

    const auto check_known = [&](const std::string& protocol, Cell cell, const Choices& choices) {
        cell.w = cell.p = 0.5;
        cell.k = 1;
        cell.T0 = 150;
        cell.lambda0 = 0;
        CHECK(std::isfinite(predicted(protocol, cell, choices).test_error));
        CHECK(reason(protocol, cell, choices).empty());
    };
    check_known("accumulate", with(least_squares, &Cell::T, 102), {});
    check_known("accumulate", with(least_squares, &Cell::T, 60), {});
    check_known("accumulate", with(least_squares, &Cell::T, 60), fixed);
    for (const Choices& choices : {Choices{}, subsample}) check_known("accumulate", ridge, choices);
    check_known("accumulate", least_squares, subsample);
    for (const Choices& choices : {Choices{}, fixed, subsample}) check_known("accumulate", with(ridge, &Cell::n, 0), choices);
    for (const char* protocol : {"replace", "mix", "partial", "weighted"})
        for (const double T : {60., 200.}) {
            check_known(protocol, with(ridge, &Cell::T, T), {});
            check_known(protocol, with(least_squares, &Cell::T, T), {});
        }
}

}  // namespace protocol_cases_limits_test
