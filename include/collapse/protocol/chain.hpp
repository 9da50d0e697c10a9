#pragma once

#include <functional>
#include <vector>

#include "collapse/protocol/protocol.hpp"

/// What protocols have in common whose n-th generation is itself the evaluated model.
namespace collapse::protocol {

/// Numbers of the ridges of a row that satisfy `predicate`.
std::vector<std::size_t> ridges_where(const Row& row, const std::function<bool(double)>& predicate);

/// The ridges with these numbers.
std::vector<double> ridges_of(const Row& row, const std::vector<std::size_t>& numbers);

/// The finite numbers of generations of a row, ascending, without repetition.
std::vector<double> finite_generations(const Row& row);

/// Weights of one generation [d x 2 r] from those of the one before (empty for t = 0): a column a ridge of the noise-free chain,
/// then a column a ridge of the rest.
using Generation = std::function<Matrix(double t, const Matrix& before)>;

/// Runs a chain for the ridges with these numbers and enters the errors of the generations that the row asks for.
void simulate_chain(const Protocol& protocol, const Row& row, const Replicate& replicate, const std::vector<std::size_t>& ridges,
                    const Generation& next, Table<Errors>& errors);

/// Labels [m x 2 r] of rows of real labels, from their noise-free labels [m] and their noise [m], the same for every ridge.
Matrix real_labels(const Matrix& truth, const Vector& noise, std::size_t ridges);

/// Enters what an obstacle means: an infinite error.
void mark_infinite(const Protocol& protocol, const Row& row, const Choices& choices, Table<Prediction>& predictions);

}  // namespace collapse::protocol
