#pragma once

#include <algorithm>

#include "collapse/estimator/covariates.hpp"

namespace collapse::estimator {

/// Pivots of a triangle made of products, over the largest, below which it is made by reflections: 1e-6 of the condition, ten
/// digits left.
inline constexpr double least_pivot = 1e-3;

/// Rows whose entries are drawn by one call: d, or more where these are few.
inline Index rows_together(Index d) { return std::max<Index>(d, 32); }

/// A design of T >= 1 rows for eigenvalues s [d] from entries that are drawn one by one: d T numbers, and 4 d^2 T operations to
/// compress more than d rows to a triangle. At most d + rows_together() rows are in memory.
Design drawn_design(rng::Engine& engine, const Vector& eigenvalues, Index T, const EntrySource& entries);

/// The noise part of a least-squares fit on a triangular design of T >= d rows with unit label noise z [d]: B'^-1 z / sqrt(T).
Vector least_squares_noise(const Design& design, const Vector& noise);

}  // namespace collapse::estimator
