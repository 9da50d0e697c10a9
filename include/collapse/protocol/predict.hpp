#pragma once

#include <string>

#include "collapse/problem/spectrum.hpp"
#include "collapse/protocol/row.hpp"

namespace collapse::protocol {

/// What theory says of every cell of the row [ridges x generations], by the fastest way that the scheme's structure allows.
Table<Prediction> predict(const Scheme& scheme, const Row& row, const problem::Nodes& nodes);

/// Why the asymptotic prediction of ridge i and n generations is NaN: a clause for the user; empty if theory has its say.
std::string reason_not_predicted(const Scheme& scheme, std::size_t ridge, double n);

}  // namespace collapse::protocol
