#pragma once

#include "collapse/problem/spectrum.hpp"
#include "collapse/protocol/row.hpp"

namespace collapse::protocol {

/// How far the fits behind one cell are from where theory and simulation become unsafe.
struct Margins {
    double threshold;   ///< rows between a fit without ridge and the interpolation threshold, of the one that is nearest; inf: none
    double spare_rows;  ///< T - df2 of the fit that leaves least: what the deterministic equivalents take for large
};

/// Of the fits that the model evaluated after n generations comes from, for ridge number i.
Margins margins_of(const Scheme& scheme, std::size_t ridge, double n, const problem::Nodes& nodes);

}  // namespace collapse::protocol
