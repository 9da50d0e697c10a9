#include <catch2/catch.hpp>

#include <random>

#include <Eigen/Dense>

#include "collapse/numerics/nonnegative.hpp"

using namespace collapse;
using numerics::Matrix;
using numerics::Vector;

TEST_CASE("Non-negative least squares is as good as the best of all sets of columns")
{
    std::mt19937_64 generator(3);
    std::normal_distribution<double> normal;
    for (int round = 0; round < 20; ++round) {
        constexpr Eigen::Index n = 6;
        const Matrix a = Matrix::NullaryExpr(9, n, [&] { return normal(generator); });
        const Vector b = Vector::NullaryExpr(9, [&] { return normal(generator); });
        double best = b.norm();
        for (unsigned set = 1; set < 1U << n; ++set) {
            std::vector<Eigen::Index> columns;
            for (Eigen::Index j = 0; j < n; ++j)
                if ((set >> static_cast<unsigned>(j) & 1U) != 0) columns.push_back(j);
            const Matrix some = a(Eigen::all, columns);
            const Vector x = some.colPivHouseholderQr().solve(b);
            if (x.minCoeff() >= 0) best = std::min(best, (b - some * x).norm());
        }
        const Vector x = numerics::nonnegative_least_squares(a, b);
        CHECK(x.minCoeff() >= 0);
        CHECK((b - a * x).norm() <= best * (1 + 1e-12));
    }
}

TEST_CASE("Non-negative least squares ends where columns are nearly the same")
{
    Matrix a(60, 40);  // a sum of 1 / (s + k): as in a spectrum, of numerical rank about ten
    for (Eigen::Index i = 0; i < 60; ++i)
        for (Eigen::Index j = 0; j < 40; ++j)
            a(i, j) = 1 / (std::exp(-0.3 * static_cast<double>(i)) + std::exp(-0.5 * static_cast<double>(j)));
    const Vector b = a * Vector::Ones(40);
    const Vector x = numerics::nonnegative_least_squares(a, b);
    CHECK(x.minCoeff() >= 0);
    CHECK((b - a * x).norm() < 1e-7 * b.norm());
}
