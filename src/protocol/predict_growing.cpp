#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/theory/accumulated_noise.hpp"
#include "predictors.hpp"

namespace collapse::protocol {

namespace {

/// Rows and label noise of the block that generation t adds.
struct Added {
    double rows, noise;
};

Added added_by(const Scheme& scheme, double t)
{
    for (const Use& use : present_uses(scheme.generation(t)))
        if (use.block.generation == t) return {use.block.rows, noise_variance(use.labels)};
    return {0, 0};
}

/// The error of least squares after generation t, by all blocks so far being alike in S_t = sum X_b' X_b: noise of block b costs
///   v_b T_b / N_b d / (N_b - c),   N_b = T_0 + .. + T_b rows;   c = d + 1: exact, c = d: in the high-dimensional limit.
/// n = inf: blocks of equal size.
double error_of(const Scheme& scheme, double d, double c, double n)
{
    double rows = 0, error = 0;
    if (std::isinf(n)) {
        const Added first = added_by(scheme, 0), later = added_by(scheme, 1);
        return first.noise * d / (first.rows - c) + later.noise * theory::accumulated_noise(d, later.rows, c, n);
    }
    for (double t = 0; t <= n; ++t) {
        const Added added = added_by(scheme, t);
        rows += added.rows;
        error += added.noise * added.rows / rows * d / (rows - c);
    }
    return error;
}

bool all_blocks_are_alike(const Scheme& scheme)
{
    const Added first = added_by(scheme, 0), later = added_by(scheme, 1);
    const double far = 16;
    const Added last = added_by(scheme, far);
    return first.rows == later.rows && later.rows == last.rows && later.noise == last.noise;
}

}  // namespace

void predict_growing(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result)
{
    const double d = nodes.dimension(), first_rows = added_by(scheme, 0).rows;
    Ridges others;
    for (const std::size_t i : ridges) {
        const bool least_squares = scheme.generation(0).ridges[i] == 0 && scheme.generation(1).ridges[i] == 0;
        if (!least_squares || !(first_rows > d)) {
            others.push_back(i);
            continue;
        }
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            const double n = row.generations[j];
            if (std::isinf(n) && !all_blocks_are_alike(scheme)) continue;
            const double variance = error_of(scheme, d, d, n);
            result(i, j).asymptotic = {variance, 0, variance};
            if (n > 0) result(i, j).asymptotic.generator_error = error_of(scheme, d, d, n - 1);
            if (first_rows >= d + 2) result(i, j).exact = error_of(scheme, d, d + 1, n);
        }
    }
    if (!others.empty()) predict_general(scheme, row, nodes, others, result);
}

}  // namespace collapse::protocol
