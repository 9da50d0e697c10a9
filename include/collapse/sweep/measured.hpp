#pragma once

#include <memory>
#include <string>

#include "collapse/problem/model.hpp"
#include "collapse/theory/pool_spectrum.hpp"

/// The spectrum that theory takes for a data set and a kernel.
namespace collapse::sweep {

/// Core-seconds that measuring a pool takes, roughly, and bytes: those of its kernel matrix and little more.
double seconds_to_measure(std::int64_t pool);
double bytes_to_measure(const data::Dataset& dataset, std::int64_t pool);

/// Kernel matrix of `pool` rows, drawn by a key of their own (the same for all seeds), what that tells of the spectrum.
theory::PoolSpectrum measure_pool(const problem::ModelSettings& settings, std::int64_t pool);

/// theory::corrected_nodes of that, once they are asked for.
std::shared_ptr<const problem::GivenNodes> measured_nodes(const problem::ModelSettings& settings, std::int64_t pool);

/// Nodes that are known already.
std::shared_ptr<const problem::GivenNodes> known_nodes(problem::Nodes nodes);

/// Nodes as one list of numbers, `weight, eigenvalue, squared coefficient` of each in shortest exact form, and back. Throws
/// InvalidInput that names `key`.
std::string text_of(const problem::Nodes& nodes);
std::shared_ptr<const problem::GivenNodes> nodes_in(const std::string& key, const std::string& text);

}  // namespace collapse::sweep
