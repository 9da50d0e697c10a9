#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <tuple>
#include <vector>

#include "support/parameter_sets.hpp"
#include "support/replicates.hpp"

using namespace collapse;
using protocol::LabelNoise;
using protocol::Row;

// A larger grid changes no old number: the cells of a row share their draws, and no cell may feel which others there are.

namespace {

support::Table<problem::Errors> replicate_of(const protocol::Protocol& protocol, const Row& row,
                                             const problem::ModelSettings& model, std::uint64_t number, LabelNoise noise)
{
    const rng::Draws draws(simulate::key_of(3, model, protocol.describe().name, row), number);
    const problem::LinearModel instance = problem::instance_of(model, row.cell, draws);
    support::Meter meter;
    return protocol.simulate(row, {instance, draws, estimator::covariates_called(model.covariates), model.choices, meter}, noise);
}

bool same_bits(const problem::Errors& a, const problem::Errors& b)
{
    const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
    return same(a.test_error, b.test_error) && same(a.bias, b.bias) && same(a.variance, b.variance) &&
           same(a.generator_error, b.generator_error);
}

/// Ridges 0, 0.01, 0.02, .. and generations 0, 1, .. in a shuffled order.
Row shuffled_row(const problem::Cell& cell, std::mt19937_64& generator, std::size_t ridges, std::size_t generations)
{
    Row row{cell, std::vector<double>(ridges), std::vector<double>(generations)};
    for (std::size_t i = 0; i < ridges; ++i) row.lambda[i] = 0.01 * static_cast<double>(i);
    std::iota(row.generations.begin(), row.generations.end(), 0);
    std::ranges::shuffle(row.lambda, generator);
    std::ranges::shuffle(row.generations, generator);
    return row;
}

/// The number of cells of `row` whose bits differ from those of the row that has the cell alone.
int changed_cells(const protocol::Protocol& protocol, const Row& row, const problem::ModelSettings& model,
                  LabelNoise noise = LabelNoise::drawn)
{
    const auto together = replicate_of(protocol, row, model, 4, noise);
    int changed = 0;
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            const Row alone{row.cell, {row.lambda[i]}, {row.generations[j]}};
            if (!same_bits(replicate_of(protocol, alone, model, 4, noise)(0, 0), together(i, j))) ++changed;
        }
    return changed;
}

}  // namespace

TEST_CASE("a cell has the same bits alone and among any number of ridges and generations, for every protocol", "[simulate]")
{
    std::mt19937_64 generator(91);
    for (const protocol::Protocol* protocol : protocol::protocols())
        for (const test::ParameterSet& set : test::parameter_sets_of(protocol->describe().name)) {
            problem::ModelSettings model = set.model;
            model.choices = test::with_defaults(*protocol, model.choices);
            problem::Cell cell = set.cell;  // a tenth of the size, for speed
            for (double* size : {&cell.d, &cell.T, &cell.T0}) *size = std::ceil(*size / 10);
            for (const auto& [ridges, generations] : {std::pair<std::size_t, std::size_t>{1, 3}, {3, 1}, {20, 2}, {2, 12}}) {
                INFO(protocol->describe().name << ", " << set.name << ", " << ridges << " ridges, " << generations
                                               << " generations");
                const Row row = shuffled_row(cell, generator, ridges, generations);
                CHECK(changed_cells(*protocol, row, model) == 0);
                CHECK(changed_cells(*protocol, row, model, LabelNoise::averaged) == 0);
            }
        }
}

// Beyond a hundred rows a BLAS uses other kernels than for small matrices.
TEST_CASE("a cell has the same bits alone and among others also at larger sizes", "[simulate]")
{
    std::mt19937_64 generator(92);
    for (const auto& [d, T, T0] : {std::tuple{150., 100., 75.}, {203., 310., 131.}, {261., 342., 300.}}) {
        INFO("d = " << d << ", T = " << T << ", T0 = " << T0);
        const problem::Cell cell{.alpha = 1, .beta = 0.5, .T = T, .d = d, .T0 = T0, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.4};
        const Row row = shuffled_row(cell, generator, 2, 9);
        CHECK(changed_cells(protocol::protocol_called("replace"), row, {}) == 0);
        CHECK(changed_cells(protocol::protocol_called("replace"), row, {}, LabelNoise::averaged) == 0);
        problem::ModelSettings each;
        each.choices["factorisation"] = "per_ridge";
        CHECK(changed_cells(protocol::protocol_called("replace"), row, each) == 0);
    }
}
