#include <catch2/catch.hpp>

#include "collapse/support/text.hpp"
#include "collapse/sweep/predict.hpp"
#include "support/sweeps.hpp"

using namespace collapse;
using Catch::Contains;
using test::Axes;
using test::axis;
using test::CellBits;
using test::complaint;
using test::small_settings;

// What follows is the diagonal of the grid in which it is an axis: the oracle is that larger grid, which knows of no ties.

namespace sweep_tie_test {

namespace {

using Parameters = std::vector<double>;

/// Every cell by its parameters.
std::map<Parameters, CellBits> cells_of(const sweep::Settings& settings)
{
    const sweep::Grid grid = settings.grid();
    const auto rows = test::serial(settings);
    std::map<Parameters, CellBits> result;
    for (std::size_t index = 0; index < grid.cells(); ++index) {
        const problem::Cell cell = grid.cell(sweep::CellIndex{index});
        Parameters parameters;
        for (const problem::Parameter& parameter : problem::parameters())
            parameters.push_back(std::isnan(parameter.in(cell)) ? -1 : parameter.in(cell));
        result[parameters] = rows[index / grid.cells_per_row()].cells[index % grid.cells_per_row()];
    }
    return result;
}

void check_diagonal(const Axes& tied, const Axes& square, std::size_t cells)
{
    const auto diagonal = cells_of(small_settings(tied)), all = cells_of(small_settings(square));
    CHECK(diagonal.size() == cells);
    CHECK(all.size() > cells);
    for (const auto& [parameters, bits] : diagonal) {
        const auto found = all.find(parameters);
        REQUIRE(found != all.end());
        CHECK(found->second == bits);
    }
}

constexpr double rate_tolerance = 1e-7;  ///< both are differences, of other steps

}  // namespace

TEST_CASE("what follows another parameter is the diagonal of the square, bit for bit", "[sweep]")
{
    check_diagonal({{"sigma", "0.3, 0.5"}, {"sigma0", "sigma"}}, {{"sigma", "0.3, 0.5"}, {"sigma0", "0.3, 0.5"}}, 36);
    check_diagonal({{"T0", "2 T"}}, {{"T0", "12, 30"}}, 18);
    check_diagonal({{"T0", "2*T"}, {"sigma0", "0.5 sigma"}}, {{"T0", "12, 30"}, {"sigma0", "0.15"}}, 18);
    check_diagonal({{"d", "8, 10"}, {"T0", "d"}}, {{"d", "8, 10"}, {"T0", "8, 10"}}, 36);
    check_diagonal({{"beta", "0, 1.5"}, {"beta_synthetic", "beta"}}, {{"beta", "0, 1.5"}, {"beta_synthetic", "0, 1.5"}}, 36);
}

TEST_CASE("what follows lambda is the diagonal, too, though the cells of a row have then one ridge", "[sweep]")
{
    const Axes tied{{"lambda", "0, 0.1, 1"}, {"lambda0", "lambda"}};
    CHECK_FALSE(small_settings(tied).grid().shares_ridges());
    CHECK(small_settings(tied).grid().cells_per_row() == 3);
    check_diagonal(tied, {{"lambda", "0, 0.1, 1"}, {"lambda0", "0, 0.1, 1"}}, 18);
    check_diagonal({{"lambda", "0.125, 1"}, {"lambda0", "2 lambda"}}, {{"lambda", "0.125, 1"}, {"lambda0", "0.25, 2"}}, 12);
}

TEST_CASE("what follows lambda follows an exponent of T", "[sweep]")
{
    sweep::Settings settings = small_settings();
    std::erase_if(settings.axes, [](const sweep::Axis& one) { return one.name() == "lambda" || one.name() == "lambda0"; });
    settings.axes.push_back(axis("ell", "0.5, 1"));
    settings.axes.push_back(axis("lambda0", "lambda"));
    const sweep::Grid grid = validated(settings).grid();
    for (std::size_t index = 0; index < grid.cells(); ++index) {
        const problem::Cell cell = grid.cell(sweep::CellIndex{index});
        CHECK(cell.lambda0 == cell.lambda);
        CHECK(cell.lambda == std::pow(cell.T, index / 3 % 2 == 0 ? -0.5 : -1.0));
    }
}

TEST_CASE("sizes that follow are rounded where they are simulated, and taken as they are by theory, but for d", "[sweep]")
{
    const Axes tied{{"T", "7"}, {"T0", "1.5 T"}, {"d", "0.5 T"}};
    CHECK(small_settings(tied).grid().cell(sweep::CellIndex{0}).T0 == 11);
    CHECK(small_settings(tied, 0).grid().cell(sweep::CellIndex{0}).T0 == 10.5);
    CHECK(small_settings(tied).grid().cell(sweep::CellIndex{0}).d == 4);
    CHECK(small_settings(tied, 0).grid().cell(sweep::CellIndex{0}).d == 4);
}

TEST_CASE("rates go along what follows", "[sweep]")
{
    // Central differences of the tied sweep itself, at values of the axis close together.
    const auto rate = [](const Axes& axes, const char* name, double x, double protocol::Rates::*which) {
        const double h = 1e-4;
        const auto error = [&](double factor) {
            Axes moved = axes;
            moved[name] = support::exact(x * factor);
            const sweep::Settings settings = small_settings(moved, 0);
            return predict(settings, settings.grid().selected_part(sweep::RowIndex{0}))(0, 0);
        };
        const double difference =
            std::log(error(std::exp(h)).asymptotic.test_error / error(std::exp(-h)).asymptotic.test_error) / (2 * h);
        return std::pair(error(1).rates.*which, difference);
    };
    const Axes noise{{"n", "2"}, {"T", "15"}, {"lambda", "0.2"}, {"lambda0", "0.5 lambda"}};
    const auto [ridge, ridge_difference] = rate(noise, "lambda", 0.2, &protocol::Rates::lambda);
    CHECK(ridge == Approx(ridge_difference).epsilon(rate_tolerance));
    Axes alone = noise;
    alone["lambda0"] = "0.1";
    CHECK(std::abs(ridge - rate(alone, "lambda", 0.2, &protocol::Rates::lambda).first) > 0.01);

    const Axes rows{{"n", "2"}, {"T", "15"}, {"T0", "2 T"}, {"lambda", "0.2"}};
    const auto [sizes, sizes_difference] = rate(rows, "T", 15, &protocol::Rates::T);
    CHECK(sizes == Approx(sizes_difference).epsilon(rate_tolerance));
}

TEST_CASE("settings with ties are read again as they are", "[sweep]")
{
    const sweep::Settings settings = small_settings({{"T0", "2 T"}, {"sigma0", "sigma"}});
    CHECK_THAT(settings.to_config(), Contains("T0 = 2 T\n") && Contains("sigma0 = sigma\n"));
    CHECK(validated(settings).resolved() == settings.resolved());
    CHECK(axis("T0", "2 T") == axis("T0", " 2*T "));
    CHECK_FALSE(axis("T0", "2 T") == axis("T0", "2 d"));
    CHECK_FALSE(axis("T0", "T") == axis("T0", "1"));
}

TEST_CASE("a tie that leads nowhere is refused with what it follows and the remedy", "[sweep]")
{
    CHECK_THAT(complaint({{"sigma0", "nosuch"}}), Contains("grid.sigma0 = nosuch is not a number, and nosuch is no parameter"));
    CHECK_THAT(complaint({{"lambda0", "lamda"}}), Contains("grid.lambda0 = lamda") && Contains("did you mean lambda?"));
    CHECK_THAT(complaint({{"sigma0", "sigma0"}}), Contains("grid.sigma0 = sigma0 follows itself"));
    CHECK_THAT(complaint({{"sigma0", "sigma"}, {"sigma", "sigma0"}}), Contains("follows") && Contains("which itself follows"));
    CHECK_THAT(complaint({{"sigma0", "lambda0"}, {"lambda0", "lambda"}}),
               Contains("grid.sigma0 = lambda0 follows lambda0, which itself follows lambda"));
    CHECK_THAT(complaint({{"T", "0.5 T0"}}), Contains("grid.T = 0.5 T0 cannot follow") && Contains("let T0 follow"));
    CHECK_THAT(complaint({{"lambda0", "ell"}}), Contains("grid.lambda0 = ell follows an exponent") && Contains("lambda"));
    CHECK_THAT(complaint({{"sigma0", "n"}}), Contains("grid.sigma0 = n follows the generations"));
    CHECK_THAT(complaint({{"sigma0", "w"}}), Contains("grid.sigma0 = w follows w, which has no value"));
    CHECK_THAT(complaint({{"sigma0", "0 sigma"}}), Contains("grid.sigma0 = 0 sigma is always 0"));
    CHECK_THAT(complaint({{"sigma0", "sigma, 1"}}), Contains("grid.sigma0 = sigma, 1") && Contains("alone"));
    CHECK_THAT(complaint({{"sigma0", "-1 sigma"}}),
               Contains("grid.sigma0 = -1 sigma is -0.3 where sigma is 0.3") && Contains("not negative"));
    CHECK_THAT(complaint({{"T0", "1e15 T"}}), Contains("grid.T0 = 1000000000000000 T") && Contains("less than 1e15"));
}

TEST_CASE("a larger grid of what is followed changes no old number", "[sweep]")
{
    check_diagonal({{"lambda", "0.1"}, {"lambda0", "lambda"}}, {{"lambda", "1, 0.1, 0"}, {"lambda0", "lambda"}}, 6);
}

}  // namespace sweep_tie_test
