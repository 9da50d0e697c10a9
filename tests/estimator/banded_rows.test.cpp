#include <catch2/catch.hpp>

#include <array>

#include <Eigen/LU>

#include "collapse/estimator/banded_rows.hpp"
#include "support/brute_force.hpp"

using namespace collapse;
using estimator::BandedRows;
using estimator::FrameFit;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

namespace {

rng::Engine engine(std::uint64_t seed) { return rng::Draws(rng::Key(seed), 0).stream(rng::Purpose::design); }

Vector normals(std::uint64_t seed, Index count)
{
    rng::Engine stream = engine(seed);
    Vector values(count);
    rng::fill_normal(stream, {values.data(), static_cast<std::size_t>(count)});
    return values;
}

/// X / sqrt(T) as a matrix of all its entries [m x d].
Matrix written_out(const BandedRows& rows)
{
    Matrix X = Matrix::Zero(rows.count(), rows.d);
    for (Index i = 0; i < rows.count(); ++i)
        for (Index a = 0; a <= rows.frame() && i + a < rows.d; ++a) X(i, i + a) = rows.band(a, i);
    return X;
}

/// The same by solving for every column on its own, at the smaller of both sizes.
FrameFit plainly(const BandedRows& rows, const Vector& noise, double ridge)
{
    const Matrix X = written_out(rows);
    const Index k = rows.frame(), m = X.rows(), d = X.cols();
    Matrix labels(m, k + 1);
    labels << X.leftCols(k), noise / std::sqrt(static_cast<double>(rows.T));
    const Matrix w = rows.T < d
                         ? Matrix(X.transpose() * (X * X.transpose() + ridge * Matrix::Identity(m, m)).fullPivLu().solve(labels))
                         : Matrix((X.transpose() * X + ridge * Matrix::Identity(d, d)).fullPivLu().solve(X.transpose() * labels));
    Matrix all(d, 2 * k + 1);
    all << w.leftCols(k), Matrix::Identity(d, k) - w.leftCols(k), w.col(k);
    return {all.topRows(k), all.transpose() * all};
}

}  // namespace

TEST_CASE("what fits make of a frame is that of the written-out rows, in either system", "[estimator]")
{
    for (const auto& [d, T, k] :
         {std::array<Index, 3>{40, 15, 3}, {40, 100, 3}, {40, 40, 2}, {30, 29, 5}, {9, 200, 4}, {60, 8, 4}, {25, 60, 12}}) {
        Vector frame = Vector::Constant(k, 0.7);
        frame[0] = 11;
        rng::Engine stream = engine(static_cast<std::uint64_t>(100 * d + T));
        if (2 * k > std::min(T, d)) continue;
        const BandedRows rows = estimator::draw_banded_rows(stream, d, T, frame, 0.7);
        const Vector noise = normals(7, rows.count());
        std::vector<double> ridges{1e-2, 1, 100, 0.3, 2, 3, 4, 5, 6, 7};
        if (T != d) ridges.push_back(0);
        const auto fits = estimator::fit_frame(rows, noise, ridges);
        for (std::size_t r = 0; r < ridges.size(); ++r) {
            INFO("d = " << d << ", T = " << T << ", k = " << k << ", lambda = " << ridges[r]);
            const FrameFit expected = plainly(rows, noise, ridges[r]);
            CHECK((fits[r].coordinates - expected.coordinates).norm() <= 1e-10 * expected.coordinates.norm());
            CHECK((fits[r].products - expected.products).norm() <= 1e-10 * expected.products.norm());
        }
    }
}

TEST_CASE("a fit does not depend on the ridges beside it", "[estimator]")
{
    rng::Engine stream = engine(3);
    const BandedRows rows = estimator::draw_banded_rows(stream, 50, 120, Vector::Ones(3), 1);
    const Vector noise = normals(8, rows.count());
    std::vector<double> ridges;
    for (int i = 0; i < 19; ++i) ridges.push_back(0.01 * (i + 1));
    const auto all = estimator::fit_frame(rows, noise, ridges);
    for (std::size_t r = 0; r < ridges.size(); ++r) {
        const auto alone = estimator::fit_frame(rows, noise, std::array{ridges[r]});
        CHECK((alone[0].products.array() == all[r].products.array()).all());
        CHECK((alone[0].coordinates.array() == all[r].coordinates.array()).all());
    }
}
