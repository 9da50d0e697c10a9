#pragma once

#include <functional>
#include <span>

#include "collapse/estimator/design.hpp"

namespace collapse::estimator {

/// Fills a range with independent, centred numbers of unit variance.
using EntrySource = std::function<void(rng::Engine&, std::span<double>)>;

/// A design of T >= 1 rows for eigenvalues s [d] from entries that are drawn one by one: d T numbers, and 4 d^2 T operations to
/// compress more than d rows to a triangle. At most 2d rows are in memory.
Design drawn_design(rng::Engine& engine, const Vector& eigenvalues, Index T, const EntrySource& entries);

/// The noise part of a least-squares fit on a triangular design of T >= d rows with unit label noise z [d]: B'^-1 z / sqrt(T).
Vector least_squares_noise(const Design& design, const Vector& noise);

}  // namespace collapse::estimator
