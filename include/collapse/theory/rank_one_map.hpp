#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::theory {

using numerics::Array;

/// The linear map x -> (1 - decay) x + column <row, x> of one generation's second moments to the next [nodes]: every
/// eigendirection keeps a part of its own and receives a share of what all have lost. column, row >= 0; weights of a quadrature
/// belong into row.
struct RankOneMap {
    Array decay;
    Array column;
    Array row;

    Array operator()(const Array& x) const { return (1 - decay) * x + column * (row * x).sum(); }

    /// The limit of x -> map(x) + source: x = source / decay + <row, x> column / decay, where
    ///   <row, x> = <row, source / decay> / (1 - gain),  gain = <row, column / decay>.
    /// The largest eigenvalue of a non-negative map is below 1 exactly if decay > 0 and gain < 1 (secular equation); otherwise
    /// the limit of a source that is not zero is infinite.
    Array limit(const Array& source) const;
};

}  // namespace collapse::theory
