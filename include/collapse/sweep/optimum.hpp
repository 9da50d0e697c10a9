#pragma once

#include <string>
#include <vector>

#include "collapse/numerics/minimum.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// The coordinate to optimise, and where.
struct OptimumQuestion {
    CoordinatePointer over;  ///< w, p, lambda or ell
    double low, high;
    bool logarithmic;  ///< search in log x
};

/// `over` with its default range: w and p in [0, 1], lambda in [1e-8, 1e3] (logarithmic), ell in [0, 4].
/// Throws InvalidInput for another name.
OptimumQuestion question_about(const std::string& over);

/// Best value for the cell as it is, and for the same cell without synthetic generations (n = 0).
struct CellOptimum {
    numerics::Minimum collapsed, clean;
};

/// The minimiser of the theoretical test error of one cell, of which the value of `question.over` is ignored.
CellOptimum find_optimum(const Settings& settings, const problem::Cell& cell, const OptimumQuestion& question);

}  // namespace collapse::sweep
