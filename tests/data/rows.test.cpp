#include <catch2/catch.hpp>

#include <numeric>
#include <random>
#include <vector>

#include "collapse/data/rows.hpp"
#include "support/random_matrix.hpp"

using namespace collapse;
using data::Index;
using data::Matrix;
using data::Rows;
using data::Vector;
using numerics::ByteMatrix;
using test::near;

namespace {

/// Bytes of all values, among them columns of the extremes, of which sums of products are largest.
ByteMatrix random_bytes(std::mt19937_64& generator, Index p, Index m)
{
    std::uniform_int_distribution<int> byte(0, 255);
    ByteMatrix bytes = ByteMatrix::NullaryExpr(p, m, [&] { return static_cast<unsigned char>(byte(generator)); });
    bytes.col(0).setConstant(0);
    if (m > 1) bytes.col(m - 1).setConstant(255);
    return bytes;
}

Matrix lower(const Matrix& matrix) { return matrix.triangularView<Eigen::Lower>(); }

}  // namespace

TEST_CASE("products of bytes are exact for any number of features", "[data]")
{
    std::mt19937_64 generator(31);
    for (const Index p : {1, 784, 1024, 1025, 2500})
        for (const Index m : {1, 2, 130}) {
            INFO(p << " features, " << m << " rows");
            const ByteMatrix a = random_bytes(generator, p, m), b = random_bytes(generator, p, 140);
            const auto whole = [](const ByteMatrix& bytes) -> Eigen::MatrixXi { return bytes.cast<int>().array() - 128; };
            CHECK(numerics::byte_products(a, b) == (whole(a).transpose() * whole(b)).cast<double>());
            CHECK(numerics::byte_products_in_floats(a, b) == numerics::byte_products(a, b));
            CHECK(lower(numerics::byte_products(a)) == lower((whole(a).transpose() * whole(a)).cast<double>()));
        }
}

TEST_CASE("products of bytes are exact where sums do not fit into an integer of 32 bits", "[data]")
{
    const Index p = 70001;
    const ByteMatrix a = ByteMatrix::Zero(p, 5), b = ByteMatrix::Constant(p, 3, 255);
    CHECK(numerics::byte_products(a, b) == Matrix::Constant(5, 3, -128.0 * 127 * p));
    CHECK(lower(numerics::byte_products(a)) == lower(Matrix::Constant(5, 5, 128.0 * 128 * p)));
    const Rows rows(a, Vector::Zero(p), 1), others(b, Vector::Zero(p), 1);
    CHECK(rows.squared_distances(others) == Matrix::Constant(5, 3, 255.0 * 255 * p));
}

TEST_CASE("every column of a product is handed on once, from the diagonal on in a lower triangle", "[data]")
{
    std::mt19937_64 generator(33);
    const ByteMatrix a = random_bytes(generator, 20, 70), b = random_bytes(generator, 20, 45);
    std::vector<Index> seen;
    const auto negate = [&](Index j, Eigen::Ref<Vector> entries) {
        seen.push_back(j);
        entries = -entries;
    };
    CHECK(numerics::byte_products(a, b, negate) == -numerics::byte_products(a, b));
    CHECK(lower(numerics::byte_products(a, negate)) == -lower(numerics::byte_products(a)));
    std::vector<Index> expected(45 + 70);
    std::iota(expected.begin(), expected.begin() + 45, 0);
    std::iota(expected.begin() + 45, expected.end(), 0);
    CHECK(seen == expected);
}

TEST_CASE("rows of bytes have the products and distances of the same rows as numbers", "[data]")
{
    std::mt19937_64 generator(32);
    const ByteMatrix bytes = random_bytes(generator, 50, 20), others = random_bytes(generator, 50, 7);
    const Vector mean = bytes.cast<double>().rowwise().mean();
    const double scale = 0.0123;
    const Rows a(bytes, mean, scale), b(others, mean, scale), x = a.values(), y = b.values();
    CHECK(near(x.values(), scale * (bytes.cast<double>().colwise() - mean)));
    CHECK(near(a.products(b), x.values().transpose() * y.values()));
    CHECK(near(a.products(b), x.products(y)));
    CHECK(near(a.squared_distances(b), x.squared_distances(y)));
    CHECK(near(a.absolute_distances(b), x.absolute_distances(y)));
    CHECK(near(lower(a.products()), lower(a.products(a))));
    CHECK(near(lower(a.squared_distances()), lower(a.squared_distances(a))));
    CHECK(near(lower(a.absolute_distances()), lower(a.absolute_distances(a))));
    for (Index i = 0; i < 20; ++i)
        for (Index j = 0; j < 7; ++j) {
            const Vector difference = x.values().col(i) - y.values().col(j);
            CHECK(a.squared_distances(b)(i, j) == Approx(difference.squaredNorm()));
            CHECK(a.absolute_distances(b)(i, j) == Approx(difference.lpNorm<1>()));
        }
}
