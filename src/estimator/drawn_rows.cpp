#include "collapse/estimator/drawn_rows.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

Design drawn_design(rng::Engine& engine, const Vector& eigenvalues, Index T, const EntrySource& entries)
{
    support::ensure(T >= 1, "a design has at least one row");
    const Index d = eigenvalues.size();
    const auto draw_rows = [&](Index count) {
        Matrix columns(d, count);
        entries(engine, {columns.data(), static_cast<std::size_t>(columns.size())});
        columns.array().colwise() *= (eigenvalues.array() / static_cast<double>(T)).sqrt();
        return columns;
    };
    if (T < d) return {draw_rows(T), static_cast<double>(T), false};

    // 1. B = d rows, made triangular; 2. for every further d rows: (B, new rows) made triangular again, which keeps B B'.
    Matrix triangle = numerics::lower_triangle(draw_rows(d));
    for (Index drawn = d; drawn < T; drawn += d) {
        const Index count = std::min(d, T - drawn);
        Matrix both(d, d + count);
        both << triangle, draw_rows(count);
        triangle = numerics::lower_triangle(std::move(both));
    }
    return {std::move(triangle), static_cast<double>(T), true};
}

Vector least_squares_noise(const Design& design, const Vector& noise)
{
    support::ensure(design.triangular && design.rows.rows() == design.rows.cols(), "least squares needs T >= d rows");
    return design.rows.triangularView<Eigen::Lower>().transpose().solve(noise / std::sqrt(design.T));
}

}  // namespace collapse::estimator
