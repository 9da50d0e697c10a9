#include <cmath>

#include <catch2/catch.hpp>

#include "collapse/protocol/written.hpp"
#include "support/cases.hpp"

using namespace collapse;
using problem::Cell;
using Lines = std::vector<std::pair<std::string, std::string>>;

// Every protocol of the program, written as the lines of a section [chain]: both have the same theory.

namespace {

constexpr double same = 1e-12;  ///< relative: the two may add in another order

struct Twin {
    std::string protocol;
    problem::Choices choices;
    Lines lines;
};

const std::pair<std::string, std::string> rows{"X", "rows(T)"}, real{"real", "truth + sigma*noise"},
    synthetic{"synthetic", "model(t-1) + sigma0*noise"}, start{"start", "fit X(0) to real"};

const std::vector<Twin> twins{
    {"replace",
     {},
     {{"G", "rows(T0)"},
      rows,
      synthetic,
      {"step", "fit G(t) to synthetic, ridge lambda0"},
      {"evaluate", "fit X(0) to model(t-1) + sigma*noise"}}},
    {"mix", {}, {rows, real, synthetic, start, {"step", "fit X(t) to w*real + (1-w)*synthetic"}}},
    {"mix",
     {{"weighting", "adaptive"}},
     {rows,
      real,
      synthetic,
      start,
      {"v(0)", "1"},
      {"v(t)", "(1 + v(t-1)) / (2 + v(t-1))"},
      {"step", "fit X(t) to v(t)*real + (1 - v(t))*synthetic"}}},
    {"mix", {{"design", "fixed"}}, {rows, real, synthetic, start, {"step", "fit X(0) to w*real + (1-w)*synthetic"}}},
    {"mix",
     {{"design", "fixed"}, {"real_labels", "fixed"}},
     {rows, real, synthetic, start, {"step", "fit X(0) to w*labels(0) + (1-w)*synthetic"}}},
    {"partial",
     {},
     {rows,
      real,
      synthetic,
      start,
      {"R", "rows(p*T)"},
      {"S", "rows((1-p)*T)"},
      {"step", "fit R(t) to real and S(t) to synthetic"}}},
    {"accumulate", {}, {rows, real, synthetic, start, {"step", "fit X(0..t-1) to labels(t-1) and X(t) to synthetic"}}},
    {"accumulate",
     {{"design", "fixed"}},
     {rows, real, synthetic, start, {"step", "fit X(0) to t/(t+1)*labels(t-1) + 1/(t+1)*synthetic"}}},
    {"accumulate",
     {{"subsample", "yes"}},
     {rows, real, synthetic, start, {"step", "fit X(0..t-1) to labels(t-1) and X(t) to synthetic, subsample T"}}},
    {"weighted",
     {},
     {rows,
      real,
      synthetic,
      start,
      {"S", "rows(max(1, round(T/k)))"},
      {"step", "fit X(t) weight w to real and S(t) weight 1-w to synthetic"}}},
    {"mixture",
     {},
     {{"G", "rows(T0, spectrum(beta_synthetic))"},
      {"R", "rows(p*T)"},
      {"S", "rows((1-p)*T, spectrum(beta_synthetic))"},
      real,
      synthetic,
      {"step", "fit G(t) to synthetic, ridge lambda0"},
      {"evaluate", "fit R(0) weight w to real and S(0) weight 1-w to synthetic"}}},
    {"mixture",
     {{"generator", "teacher"}},
     {{"R", "rows(p*T)"},
      {"S", "rows((1-p)*T)"},
      {"far", "teacher(distance)"},
      real,
      {"step", "fit R(0) weight w to real and S(0) weight 1-w to far + sigma0*noise"}}},
    {"distill", {}, {rows, real, start, {"step", "fit X(0) to w*labels(0) + (1-w)*model(t-1)"}}},
    {"distill",
     {{"teacher_ridge", "lambda0"}},
     {rows,
      {"start", "fit X(0) to truth + sigma*noise, ridge lambda0"},
      {"step", "fit X(0) to w*labels(0) + (1-w)*model(t-1), ridge lambda0"},
      {"evaluate", "fit X(0) to if(t == 0, truth + sigma*noise, w*labels(0) + (1-w)*model(t-1))"}}},
};

std::vector<Cell> cells(const Twin& twin)
{
    const bool teacher = twin.choices.contains("generator");
    const bool adaptive = twin.choices.contains("weighting");
    std::vector<Cell> result;
    for (const double T : {60.0, 250.0})
        for (const double lambda : {0.0, 0.1}) {
            Cell cell{.alpha = 1,
                      .beta = 0.8,
                      .T = T,
                      .lambda = lambda,
                      .d = 120,
                      .T0 = 180,
                      .lambda0 = 0.03,
                      .sigma = 0.4,
                      .sigma0 = 0.7};
            cell.w = adaptive ? Cell::unset : 0.35;
            cell.p = 0.3;
            cell.k = 0.8;
            if (teacher) cell.distance = 0.2, cell.T0 = Cell::unset;
            if (twin.protocol == "mixture" && !teacher) cell.beta_synthetic = 1.4;
            result.push_back(cell);
        }
    return result;
}

}  // namespace

TEST_CASE("every protocol can be written as a chain with the same theory", "[theory]")
{
    for (const Twin& twin : twins) {
        const protocol::Written written(twin.lines);
        const protocol::Protocol& built_in = protocol::protocol_called(twin.protocol);
        for (const Cell& cell : cells(twin)) {
            const std::vector<double> generations =
                twin.choices.contains("generator") ? std::vector{0.0} : std::vector{0.0, 1.0, 2.0, 4.0};
            const protocol::Row row{cell, {cell.lambda}, generations, protocol::Counts::real};
            const auto nodes = problem::nodes_of({}, cell);
            const auto choices = test::with_defaults(built_in, twin.choices);
            const auto expected = built_in.predict(row, nodes, choices), found = written.predict(row, nodes, {});
            for (std::size_t j = 0; j < generations.size(); ++j) {
                INFO(twin.protocol << " T = " << cell.T << " lambda = " << cell.lambda << " n = " << generations[j] << " "
                                   << twin.lines.back().second);
                const problem::Errors &one = expected(0, j).asymptotic, &other = found(0, j).asymptotic;
                if (std::isnan(one.test_error)) {
                    CHECK(std::isnan(other.test_error));
                    continue;
                }
                CHECK(other.test_error == Approx(one.test_error).epsilon(same));
                CHECK(other.bias == Approx(one.bias).epsilon(same).margin(same * one.test_error));
                CHECK(other.variance == Approx(one.variance).epsilon(same));
            }
        }
    }
}

TEST_CASE("a chain that is off by a few per cent is noticed", "[theory]")
{
    Twin twin = twins[1];
    twin.lines.back().second = "fit X(t) to 1.02*w*real + (1-1.02*w)*synthetic";
    const Cell cell = [&] {
        Cell with_n = cells(twin)[1];
        with_n.n = 3;
        return with_n;
    }();
    const double one = test::predict(protocol::protocol_called("mix"), cell, {}).asymptotic.test_error;
    const double other = test::predict(protocol::Written(twin.lines), cell, {}).asymptotic.test_error;
    CHECK(std::abs(other / one - 1) > 1e-3);
}
