#include "collapse/theory/pool_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "collapse/numerics/nonnegative.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::theory {

using numerics::Array;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

namespace {

constexpr Index measured = 240, nodes = 160;
constexpr double smallest = 1e-9;      ///< ridge of a measurement over the largest eigenvalue: rounding errors are 1e-16
constexpr double beyond = 0.05;        ///< the smallest node over the smallest kappa: power there is noise for every fit
constexpr double least_weight = 1e-9;  ///< of a node with power alone
constexpr double first_place = 10;     ///< before it eigenvalues say more of the data than of a law
constexpr double last_share = 0.1;     ///< of the pool: beyond it eigenvalues bend down because rows are few
constexpr Index places = 40;

Array log_spaced(double from, double to, Index count) { return Array::LinSpaced(count, std::log(from), std::log(to)).exp(); }

/// What the resolvent of the pool says, for descending kappas.
struct Measured {
    Array kappa, degrees, power;
};

Measured measure(const PoolSpectrum& pool)
{
    const double P = static_cast<double>(pool.eigenvalue.size()), largest = pool.eigenvalue[0];
    const double least = std::max(0.3 * pool.eigenvalue[pool.eigenvalue.size() - 1], smallest * largest);
    const Array ridge = log_spaced(10 * largest, least, measured);
    Measured result{Array(measured), Array(measured), Array(measured)};
    for (Index i = 0; i < measured; ++i) {
        const Array resolvent = (pool.eigenvalue + ridge[i]).inverse();
        result.degrees[i] = (pool.eigenvalue * resolvent).sum();
        result.power[i] = (pool.power * resolvent).sum();
        result.kappa[i] = ridge[i] / (1 - result.degrees[i] / P);
    }
    return result;
}

/// Values x >= 0 with sum_j x_j numerators_j / (s_j + kappa_i) close to wanted_i, in relative terms.
Array fitted(const Array& eigenvalue, const Array& numerators, const Array& kappa, const Array& wanted)
{
    Matrix system(kappa.size(), eigenvalue.size());
    for (Index i = 0; i < kappa.size(); ++i)
        system.row(i) = (numerators / (eigenvalue + kappa[i]) / wanted[i]).matrix().transpose();
    // Columns of one length: the steepest descent then finds those that explain most.
    const Vector lengths = system.colwise().norm();
    system *= lengths.cwiseInverse().asDiagonal();
    return numerics::nonnegative_least_squares(system, Vector::Ones(kappa.size())).cwiseQuotient(lengths).array();
}

/// Least squares of a line through log values at log places of the window.
PowerLaw law_of(const Array& values)
{
    const double count = static_cast<double>(values.size());
    const double first = std::min(first_place, std::max(1.0, count / 10)), last = std::max(first + 2, last_share * count);
    std::vector<double> x, y;
    double before = 0;
    for (const double place : log_spaced(first, std::min(last, count), places)) {
        const double j = std::round(place);
        if (j == before || !(values[static_cast<Index>(j) - 1] > 0)) continue;
        x.push_back(std::log(before = j));
        y.push_back(std::log(values[static_cast<Index>(j) - 1]));
    }
    PowerLaw law{std::nan(""), std::nan(""), first, std::min(last, count)};
    if (x.size() < 3) return law;
    const Eigen::Map<const Array> logs(x.data(), static_cast<Index>(x.size())), heights(y.data(), static_cast<Index>(y.size()));
    const Array from_mean = logs - logs.mean();
    const double slope = (from_mean * heights).sum() / from_mean.square().sum();
    const Array left = heights - heights.mean() - slope * from_mean;
    law.exponent = -slope;
    law.standard_error = std::sqrt(left.square().sum() / (static_cast<double>(x.size()) - 2) / from_mean.square().sum());
    return law;
}

}  // namespace

problem::Nodes plain_nodes(const PoolSpectrum& pool)
{
    const Index P = pool.eigenvalue.size();
    const Array positive = pool.eigenvalue.max(1e-300);
    const Array coefficient2 = (pool.eigenvalue > 0).select(pool.power / positive, 0);
    return {Array::Ones(P), Array::LinSpaced(P, 1, static_cast<double>(P)), positive, coefficient2, 0};
}

problem::Nodes corrected_nodes(const PoolSpectrum& pool)
{
    support::ensure(pool.eigenvalue.size() > 1 && pool.eigenvalue[0] > 0, "a pool has rows that differ");
    const Measured known = measure(pool);
    const Array grid = log_spaced(1.05 * pool.eigenvalue[0], beyond * known.kappa.minCoeff(), nodes);
    const Array weight = fitted(grid, grid, known.kappa, known.degrees);
    Array power = fitted(grid, Array::Ones(grid.size()), known.kappa, known.power);
    power /= power.sum();
    std::vector<Index> kept;
    for (Index j = 0; j < grid.size(); ++j)
        if (weight[j] > 0 || power[j] > 0) kept.push_back(j);
    const auto count = static_cast<Index>(kept.size());
    problem::Nodes result{Array(count), Array(count), Array(count), Array(count), 0};
    double place = 0;
    for (Index k = 0; k < count; ++k) {
        const Index j = kept[static_cast<std::size_t>(k)];
        result.weight[k] = std::max(weight[j], least_weight);
        result.eigenvalue[k] = grid[j];
        result.coefficient2[k] = power[j] / (grid[j] * result.weight[k]);
        place += result.weight[k];
        result.index[k] = std::max(1.0, place - result.weight[k] / 2);
    }
    return result;
}

PowerLaw capacity_law(const PoolSpectrum& pool) { return law_of(pool.eigenvalue); }

PowerLaw source_law(const PoolSpectrum& pool)
{
    Array tails = pool.power;
    for (Index j = tails.size() - 2; j >= 0; --j) tails[j] += tails[j + 1];
    return law_of(tails);
}

}  // namespace collapse::theory
