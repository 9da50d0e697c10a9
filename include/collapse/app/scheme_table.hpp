#pragma once

#include <string>
#include <vector>

#include "collapse/sweep/settings.hpp"

namespace collapse::app {

/// One use of rows in a fit, in words.
struct SchemeLine {
    std::string fit;  ///< number of a generation, or `after 3`: evaluated after so many; empty: as above
    std::string ridge;
    std::string rows;    ///< `X(0)`
    std::string number;  ///< of these rows, and which part of them
    std::string weight;  ///< of all of them together
    std::string labels;  ///< `truth + 0.1 noise`
};

/// What the program has understood of the protocol: the first fits of a row of cells, and the model evaluated after `n` of them, with
/// the numbers of its first ridge.
std::vector<SchemeLine> describe_scheme(const sweep::Settings& settings, const sweep::Row& row, double n);

}  // namespace collapse::app
