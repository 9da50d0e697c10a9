#include "collapse/numerics/nonnegative.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <Eigen/QR>

#include "collapse/support/failure.hpp"

namespace collapse::numerics {

namespace {

/// The unconstrained minimiser over some columns.
Vector solve_over(const Matrix& a, const Vector& b, const std::vector<Index>& columns)
{
    Matrix some(a.rows(), static_cast<Index>(columns.size()));
    for (std::size_t k = 0; k < columns.size(); ++k) some.col(static_cast<Index>(k)) = a.col(columns[k]);
    return some.colPivHouseholderQr().solve(b);
}

}  // namespace

// 1. free the column along which the residual falls fastest, if there is one
// 2. minimise over the free columns; as long as that leads below zero, go as far as zero and bind the column that is met there
Vector nonnegative_least_squares(const Matrix& a, const Vector& b)
{
    support::ensure(a.rows() == b.size() && a.cols() > 0, "a least-squares problem has as many rows as right-hand sides");
    const Index n = a.cols(), most_steps = 10 * n;
    const double rounding = 10 * std::numeric_limits<double>::epsilon() * b.norm();
    Vector x = Vector::Zero(n);
    std::vector<Index> free;
    std::vector<bool> refused(static_cast<std::size_t>(n), false);  // columns whose freedom rounding errors took back at once
    for (Index step = 0; step < most_steps; ++step) {
        const Vector gradient = a.transpose() * (b - a * x);
        Index steepest = -1;
        for (Index j = 0; j < n; ++j) {
            const bool candidate = std::ranges::find(free, j) == free.end() && !refused[static_cast<std::size_t>(j)] &&
                                   gradient[j] > rounding * a.col(j).norm();
            if (candidate && (steepest < 0 || gradient[j] > gradient[steepest])) steepest = j;
        }
        if (steepest < 0) break;
        free.push_back(steepest);
        Vector wanted = solve_over(a, b, free);
        if (!(wanted[static_cast<Index>(free.size()) - 1] > 0)) {
            refused[static_cast<std::size_t>(steepest)] = true;
            free.pop_back();
            continue;
        }
        refused.assign(refused.size(), false);
        while (wanted.size() > 0 && wanted.minCoeff() <= 0) {
            double way = 1;
            std::size_t met = free.size();
            for (std::size_t k = 0; k < free.size(); ++k) {
                const double to = wanted[static_cast<Index>(k)], from = x[free[k]];
                if (to > 0 || (met < free.size() && from / (from - to) >= way)) continue;
                way = from > 0 ? from / (from - to) : 0;
                met = k;
            }
            for (std::size_t k = 0; k < free.size(); ++k) x[free[k]] += way * (wanted[static_cast<Index>(k)] - x[free[k]]);
            x[free[met]] = 0;
            std::vector<Index> left;
            for (const Index column : free)
                if (x[column] > 0) left.push_back(column);
                else x[column] = 0;
            free = left;
            wanted = solve_over(a, b, free);
        }
        for (std::size_t k = 0; k < free.size(); ++k) x[free[k]] = std::max(0.0, wanted[static_cast<Index>(k)]);
    }
    return x;
}

}  // namespace collapse::numerics
