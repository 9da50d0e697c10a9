#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "collapse/sweep/settings.hpp"

namespace collapse::sweep {

/// What is known of one cell of a sweep.
struct Outcome {
    double simulated, standard_error;  ///< NaN: not simulated
    std::int64_t replicates;
    double theory, exact;  ///< asymptotic prediction, finite-size value; NaN: none
};

/// One simulated cell beside what theory says of it.
struct ComparedCell {
    CellIndex cell;
    double simulated, standard_error;
    double expected;  ///< the exact finite-size value where there is one, else the asymptotic prediction
    bool exact;
    double z;       ///< (simulated - expected) / standard_error
    double excess;  ///< what is left of z beyond the allowed finite-size deviation
    double bound;   ///< largest |excess| that chance explains at the level of the whole comparison
    bool beyond() const;
};

/// All cells of a result file confronted with theory.
struct Comparison {
    std::vector<ComparedCell> cells;
    std::size_t heavy_tailed = 0;    ///< simulated, but their error has no finite variance: a standard error means nothing
    std::size_t without_theory = 0;  ///< simulated, but nothing is predicted
    double level = 0;                ///< false-alarm rate of the whole comparison
    double finite_size = 0;          ///< asymptotic predictions may be off by the relative finite_size / (T - df2)

    std::size_t beyond() const;
};

/// Of the z-scores of all compared cells: about 0, 1 and a few where theory explains the simulation.
struct Spread {
    double mean = 0, deviation = 0, largest = 0;  ///< deviation: root of the mean square about the mean; largest |z|
};
Spread spread_of_z(const Comparison& comparison);

/// Sorts the cells: those with most excess for their bound first, then those with the largest z.
void worst_first(Comparison& comparison);

/// Compares every simulated cell with the finite-size value where there is one and the asymptotic prediction elsewhere.
///
/// Bonferroni: each of N cells is judged at level / N, two-sided, by Student's distribution with replicates - 1 degrees of freedom.
/// An asymptotic prediction is moreover allowed to be off by the relative `finite_size` / (T - df2): only the excess counts; with the
/// degrees of freedom df2(kappa) of THEORY section 3 (and T0 of the generators, if that leaves less). T - df2 is the D by which label
/// noise is divided; ordinary least squares has T - d - 1 instead of T - d, a relative 1 / D, and over 1368 cells of 8 to 200 rows and d = 40
/// (power laws with beta = 0 to 2.5, lambda = 0 to 1) no simulated mean was farther off than 1.4 / D.
/// Cells at lambda = 0 within 3 rows of the interpolation threshold are left out: E 1/chi^4 with at most 4 degrees of freedom is
/// infinite, so their replicates have no variance. So are cells whose mean has no finite standard error, or one of 0 that is off.
/// `outcomes`: one for each cell of `grid`.
Comparison compare(const Settings& settings, const Grid& grid, std::span<const Outcome> outcomes, double level, double finite_size);

}  // namespace collapse::sweep
