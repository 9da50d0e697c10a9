#include "collapse/estimator/drawn_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

namespace {

/// Z [d x count] of independent entries, row by row of the design.
Matrix draw_rows(rng::Engine& engine, Index d, Index count, const EntrySource& entries)
{
    Matrix columns(d, count);
    entries(engine, {columns.data(), static_cast<std::size_t>(columns.size())});
    return columns;
}

/// The Cholesky factor L of Z Z' for T rows, whose condition is the square of that of Z; nothing where that would cost digits.
std::optional<Matrix> triangle_by_products(rng::Engine& engine, Index d, Index T, const EntrySource& entries)
{
    Matrix sum = Matrix::Zero(d, d);
    const Index together = rows_together(d);
    for (Index drawn = 0; drawn < T; drawn += together) {
        const Matrix rows = draw_rows(engine, d, std::min(together, T - drawn), entries);
        numerics::add_outer_gram(sum, rows);
    }
    numerics::cholesky(sum);
    if (!(sum.diagonal().minCoeff() > least_pivot * sum.diagonal().maxCoeff())) return std::nullopt;
    return Matrix(sum.triangularView<Eigen::Lower>());
}

/// The same of the same rows by reflections: the first ones made triangular, then for all further ones (L, new rows) again.
Matrix triangle_by_reflections(rng::Engine& engine, Index d, Index T, const EntrySource& entries)
{
    const Index together = rows_together(d);
    Matrix triangle = numerics::lower_triangle(draw_rows(engine, d, std::min(together, T), entries));
    for (Index drawn = together; drawn < T; drawn += together) {
        const Index count = std::min(together, T - drawn);
        Matrix both(d, d + count);
        both << triangle, draw_rows(engine, d, count, entries);
        triangle = numerics::lower_triangle(std::move(both));
    }
    return triangle;
}

}  // namespace

Design drawn_design(rng::Engine& engine, const Vector& eigenvalues, Index T, const EntrySource& entries)
{
    support::ensure(T >= 1, "a design has at least one row");
    const Index d = eigenvalues.size();
    const auto scales = (eigenvalues.array() / static_cast<double>(T)).sqrt().matrix().asDiagonal();
    if (T < d || T == 1) return {scales * draw_rows(engine, d, T, entries), static_cast<double>(T), T >= d};
    const rng::Engine start = engine;
    if (const std::optional<Matrix> triangle = triangle_by_products(engine, d, T, entries))
        return {scales * *triangle, static_cast<double>(T), true};
    engine = start;
    return {scales * triangle_by_reflections(engine, d, T, entries), static_cast<double>(T), true};
}

Vector least_squares_noise(const Design& design, const Vector& noise)
{
    support::ensure(design.triangular && design.rows.rows() == design.rows.cols(), "least squares needs T >= d rows");
    return design.rows.triangularView<Eigen::Lower>().transpose().solve(noise / std::sqrt(design.T));
}

}  // namespace collapse::estimator
