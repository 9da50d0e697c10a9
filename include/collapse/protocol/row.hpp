#pragma once

#include <limits>
#include <vector>

#include "collapse/problem/cell.hpp"
#include "collapse/problem/errors.hpp"
#include "collapse/problem/scheme.hpp"
#include "collapse/support/table.hpp"

namespace collapse::protocol {

using problem::Cell;
using problem::Errors;
using problem::Fit;
using problem::Scheme;
using support::Table;

/// Whether numbers of rows that follow from others (T0 = T^b, p T) are rounded to whole ones: simulation needs that, theory takes
/// them as they are.
enum class Counts { whole, real };

/// The cells that share their random draws: one value of every parameter, but all ridges and all numbers of generations.
struct Row {
    Cell cell;                        ///< lambda and n are unset
    std::vector<double> lambda;       ///< ridges, any order
    std::vector<double> generations;  ///< values of n, any order; may contain inf
    Counts counts = Counts::whole;

    std::size_t size() const { return lambda.size() * generations.size(); }
    /// The cell of ridge i and number of generations j.
    Cell at(std::size_t i, std::size_t j) const;
    /// The largest finite number of generations; -1 if there is none.
    double last_generation() const;
    /// The numbers of generations, ascending, without repetition.
    std::vector<double> distinct_generations() const;
};

/// Logarithmic derivatives of the asymptotic test error along the axes of a sweep; NaN: undefined or unknown.
struct Rates {
    double T = std::numeric_limits<double>::quiet_NaN();             ///< at fixed exponents, where lambda, T0, n are powers of T
    double lambda = std::numeric_limits<double>::quiet_NaN();        ///< at fixed T
    double n = std::numeric_limits<double>::quiet_NaN();             ///< at fixed T
    double asymptotic_T = std::numeric_limits<double>::quiet_NaN();  ///< limit of `T` for large T (THEORY section 6)
};

/// What theory says of one cell.
struct Prediction {
    Errors asymptotic;                                        ///< high-dimensional limit (THEORY section 4); NaN: none known
    double exact = std::numeric_limits<double>::quiet_NaN();  ///< finite-size test error; NaN: no formula
    Errors clean = {};                                        ///< `asymptotic` of n = 0; entered by predict_with_clean()
    Rates rates = {};                                         ///< entered by sweep::predict()
};

/// What one replicate of a row costs, for planning.
struct Cost {
    double seconds = 0;  ///< nominal core-seconds
    double bytes = 0;    ///< largest memory held at once
};

}  // namespace collapse::protocol
