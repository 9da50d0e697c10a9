#include "collapse/estimator/design.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

Design gaussian_design(rng::Engine& engine, const Vector& eigenvalues, Index T)
{
    support::ensure(T >= 1, "a design has at least one row");
    const Index d = eigenvalues.size(), m = std::min(T, d);
    const Vector scale = (eigenvalues / static_cast<double>(T)).cwiseSqrt();
    Design design{Matrix(d, m), static_cast<double>(T)};
    for (Index j = 0; j < m; ++j) {
        auto column = design.rows.col(j);
        column.head(j).setZero();
        column[j] = rng::chi(engine, static_cast<double>(T - j));
        rng::fill_normal(engine, {column.data() + j + 1, static_cast<std::size_t>(d - j - 1)});
        column.tail(d - j).array() *= scale.tail(d - j).array();
    }
    return design;
}

Matrix gram(const Design& design)
{
    return design.triangular ? numerics::lower_gram(design.rows) : numerics::gram(design.rows);
}

}  // namespace collapse::estimator
