#pragma once

#include <functional>
#include <vector>

#include "collapse/protocol/row.hpp"

namespace collapse::protocol {

using problem::ByLevel;
using problem::Level;
using problem::level_count;

/// A scheme with the levels of label noise, sigma and sigma0, taken out. What a replicate draws, factorises and solves depends on
/// the rest alone, so that rows of cells which differ in the levels share it.
struct LevelledScheme {
    Scheme scheme;                      ///< as the row has it
    Scheme unit;                        ///< with every noise in units of its level
    ByLevel<double> levels{1, 0};       ///< of the row
    ByLevel<bool> wanted{true, false};  ///< levels for which variances are worked out: those that are not zero
    bool linear = false;                ///< false: other things depend on sigma or sigma0, and `unit` is `scheme`

    /// Variances for these levels as well, if they have been taken out: of other rows that share the draws.
    void want(const ByLevel<bool>& others);

    LevelledScheme(Scheme scheme);  // NOLINT(google-explicit-constructor): a scheme of which nothing is taken out
};

/// Those that are marked, in their order.
std::vector<Level> levels_in(const ByLevel<bool>& marked);

/// Those of the noise of one-block fits that are made on the same rows.
std::vector<Level> levels_of(const std::vector<Fit>& fits);

/// The scheme of a row with its levels taken out, if they do not decide anything but the size of noises, each of which belongs to
/// one of them. `scheme_of` describes any row.
LevelledScheme levelled(const std::function<Scheme(const Row&)>& scheme_of, const Row& row);

}  // namespace collapse::protocol
