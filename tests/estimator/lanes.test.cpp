#include "collapse/estimator/lanes.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include <Eigen/Cholesky>

#include "collapse/estimator/drawn_rows.hpp"
#include "support/random_matrix.hpp"
#include "support/tolerance.hpp"

namespace estimator_lanes_test {

using namespace collapse;
using estimator::abreast;
using estimator::LaneMatrix;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

namespace {

/// Matrices of the same shape in all lanes.
struct Matrices {
    std::vector<Matrix> of;
    LaneMatrix lanes;

    Matrices(std::uint64_t seed, Index rows, Index columns, bool lower = false) : lanes(rows, columns)
    {
        std::mt19937_64 generator(seed);
        for (Index lane = 0; lane < abreast; ++lane) {
            Matrix one = test::random_matrix(generator, rows, columns);
            if (lower) {
                one = one.triangularView<Eigen::Lower>();
                one.diagonal().array() += 4;
            }
            lanes.put(lane, one);
            of.push_back(one);
        }
    }
};

Matrix lane_of(const LaneMatrix& lanes, Index lane)
{
    Matrix result(lanes.rows(), lanes.columns());
    for (Index i = 0; i < result.rows(); ++i)
        for (Index j = 0; j < result.cols(); ++j) result(i, j) = lanes(i, j)[lane];
    return result;
}

bool near(const Matrix& one, const Matrix& other) { return (one - other).norm() <= 1e-12 * (1 + other.norm()); }

}  // namespace

TEST_CASE("Every lane of a product, a factor and a solution is that of its matrices", "[estimator]")
{
    for (const auto& [n, c] : {std::pair<Index, Index>{1, 1}, {5, 3}, {12, 4}, {33, 9}}) {
        const Matrices a(1, n, n), lower(2, n, n, true), x(3, n, c);
        LaneMatrix gram(n, n);
        add_gram(gram, a.lanes);
        add_gram(gram, a.lanes);
        const LaneMatrix outer = lower_outer_product(lower.lanes);
        LaneMatrix factor = outer, solved = x.lanes, back = x.lanes;
        cholesky(factor, 0.5);
        solve_lower(lower.lanes, solved);
        solve_upper(lower.lanes, back);
        for (Index lane = 0; lane < abreast; ++lane) {
            const auto of = [&](const Matrices& matrices) { return matrices.of[static_cast<std::size_t>(lane)]; };
            CHECK(near(lane_of(product(a.lanes, x.lanes), lane), of(a) * of(x)));
            CHECK(near(lane_of(product(lower.lanes, x.lanes, true), lane), of(lower) * of(x)));
            CHECK(near(lane_of(transposed_product(a.lanes, x.lanes), lane), of(a).transpose() * of(x)));
            CHECK(near(lane_of(transposed_product(lower.lanes, x.lanes, true), lane), of(lower).transpose() * of(x)));
            const Matrix K = of(lower) * of(lower).transpose(), shifted = K + 0.5 * Matrix::Identity(n, n);
            CHECK(near(Matrix(lane_of(gram, lane).triangularView<Eigen::Lower>()),
                       Matrix((2 * of(a).transpose() * of(a)).triangularView<Eigen::Lower>())));
            CHECK(near(Matrix(lane_of(outer, lane).triangularView<Eigen::Lower>()), Matrix(K.triangularView<Eigen::Lower>())));
            CHECK(near(Matrix(lane_of(factor, lane).triangularView<Eigen::Lower>()), Matrix(shifted.llt().matrixL())));
            CHECK(near(of(lower) * lane_of(solved, lane), of(x)));
            CHECK(near(of(lower).transpose() * lane_of(back, lane), of(x)));
        }
    }
}

TEST_CASE("A lane feels no other, and a column no other column", "[estimator]")
{
    const Matrices lower(4, 11, 11, true), x(5, 11, 6);
    const auto worked = [](const LaneMatrix& triangle, LaneMatrix columns) {
        LaneMatrix factor = lower_outer_product(triangle);
        cholesky(factor, 0.1);
        columns = product(triangle, transposed_product(triangle, columns, true), true);
        solve_lower(factor, columns);
        solve_upper(factor, columns);
        return columns;
    };
    const LaneMatrix all = worked(lower.lanes, x.lanes);
    LaneMatrix others = lower.lanes, few(11, 1);
    for (Index lane = 1; lane < abreast; ++lane) others.put(lane, Matrix::Constant(11, 11, std::nan("")));
    few.add(0, 1, x.lanes, 5);
    CHECK(lane_of(worked(others, x.lanes), 0) == lane_of(all, 0));
    for (Index lane = 0; lane < abreast; ++lane) CHECK(lane_of(worked(lower.lanes, few), lane) == lane_of(all, lane).col(5));
}

TEST_CASE("Designs and least-squares noises of eight replicates are those of each by itself", "[estimator]")
{
    const Index d = GENERATE(1, 2, 9);
    const Vector eigenvalues = Eigen::ArrayXd::LinSpaced(d, 1, static_cast<double>(d)).pow(-0.8).matrix();
    for (const auto& [name, options] :
         {std::pair<const char*, problem::Choices>{"gaussian", {}}, {"rademacher", {}}, {"student", {{"degrees_of_freedom", "5"}}}})
        for (const Index T : {Index{1}, std::max<Index>(1, d - 1), d, d + 1, 3 * d + 40}) {
            INFO(name << ", d = " << d << ", T = " << T);
            const estimator::Covariates& covariates = estimator::covariates_called(name);
            const auto engines = [&] {
                std::vector<rng::Engine> all;
                for (std::uint64_t i = 0; i < 7; ++i)
                    all.push_back(rng::Draws(rng::Key(8), i).stream(rng::Purpose::design, {static_cast<std::uint64_t>(T), 0, 0}));
                return all;
            };
            std::vector<rng::Engine> together = engines(), alone = engines();
            const LaneMatrix rows = designs(covariates, together, eigenvalues, T, options);
            for (Index lane = 0; lane < 7; ++lane) {
                const Matrix own = covariates.design(alone[static_cast<std::size_t>(lane)], eigenvalues, T, options).rows;
                CHECK((lane_of(rows, lane) - own).norm() <= 1e-9 * own.norm());
            }
            if (T < d || (T < d + 20 && d > 1 && std::string(name) == "rademacher")) continue;  // signs may be singular
            together = engines(), alone = engines();
            const LaneMatrix noise = least_squares_noises(covariates, together, eigenvalues, T, 2, options);
            for (Index lane = 0; lane < 7; ++lane)
                for (Index copy = 0; copy < 2; ++copy) {
                    const Vector own =
                        covariates.least_squares_noise(alone[static_cast<std::size_t>(lane)], eigenvalues, T, options);
                    CHECK((lane_of(noise, lane).col(copy) - own).norm() <= 1e-7 * own.norm());
                }
        }
}

}  // namespace estimator_lanes_test
