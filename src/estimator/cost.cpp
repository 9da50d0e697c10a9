#include "collapse/estimator/cost.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/estimator/core_speed.hpp"
#include "collapse/estimator/lanes.hpp"
#include "collapse/estimator/ridge.hpp"

namespace collapse::estimator::cost {

namespace {

using namespace core_speed;

double gram(double d, double m) { return 2 * m * m * (d - 2 * m / 3) * matrix_product; }

}  // namespace

double gaussian_design(double d, double T)
{
    const double m = std::min(d, T);
    return call + (d * m - m * m / 2) * normal;
}

double ridge_fit(double d, double T)
{
    const double m = std::min(d, T);
    return call + gram(d, m) + m * m * m / 3 * matrix_product;
}

double ridge_fits(double d, double T, double ridges, double columns)
{
    const double m = std::min(d, T);
    return call + gram(d, m) + ridges * (m * m * m / 3 * core_speed::cholesky + 2 * m * m * columns * column_product);
}

double ridge_path(double d, double T)
{
    const double m = std::min(d, T);
    const double reduction = 4. / 3 * m * m * m;
    if (m >= static_cast<double>(RidgeBand::band_from)) return call + gram(d, m) + reduction * band_reduction;
    return call + gram(d, m) + reduction * tridiagonalisation + 2 * d * m * m * matrix_product;
}

double spectral_fit(double d, double T)
{
    const double m = std::min(d, T);
    return call + gram(d, m) + 3 * 4. / 3 * m * m * m * tridiagonalisation + 2 * d * m * m * matrix_product;
}

double product(double d, double T, double columns) { return call + 2 * d * std::min(d, T) * columns * matrix_product; }

double least_squares_noise(double d) { return call + d * normal; }

double lanes(double products)
{
    constexpr double slower = 4;  // than a BLAS at whole matrices, measured at d = 10 to 40
    return call / static_cast<double>(abreast) + 2 * slower * products * matrix_product;
}

double solve(double m) { return m * pair_of_solves; }

double banded_rows(double d, double T, double k) { return call + std::min(d, T) * (2 * chi + k * normal); }

double frame_fits(double d, double T, double k, double ridges)
{
    return std::ceil(ridges / 8) * std::min(d, T) * (k + 1) * (k + 1) * elimination + ridges * call;
}

double error(double d) { return d * pair_of_errors; }

double fit_bytes(double d, double T)
{
    const double m = std::min(d, T);
    return 8 * (d * m + m * m);
}

double frame_bytes(double d, double T, double k) { return 8 * std::min(d, T) * (2 * k + 4); }

}  // namespace collapse::estimator::cost
