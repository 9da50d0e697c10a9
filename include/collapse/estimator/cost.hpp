#pragma once

/// Nominal core-seconds of the estimators, for planning: operation counts over the rates of an ordinary core. A run corrects
/// them by what it measures, so only ratios matter. d, T, columns >= 0.
namespace collapse::estimator::cost {

double gaussian_design(double d, double T);
double ridge_fit(double d, double T);
/// A factor for each of several ridges, and so many columns solved with each.
double ridge_fits(double d, double T, double ridges, double columns);
double ridge_path(double d, double T);
/// Gram matrix, eigenvectors, directions.
double spectral_fit(double d, double T);
/// Labels from weights, or weights from labels, for so many columns.
double product(double d, double T, double columns);
double least_squares_noise(double d);
/// So many multiplications of one lane of eight.
double lanes(double products);
/// One tridiagonal solve of m equations for a pair of columns.
double solve(double m);
/// Rows in a frame of k directions, drawn, and the fits on them for so many ridges.
double banded_rows(double d, double T, double k);
double frame_fits(double d, double T, double k, double ridges);
/// The test error of one pair of columns.
double error(double d);

/// Bytes held at once by a fit on T rows: the design and its Gram matrix.
double fit_bytes(double d, double T);
double frame_bytes(double d, double T, double k);

}  // namespace collapse::estimator::cost
