#pragma once

#include <cstddef>
#include <vector>

#include "collapse/store/result_view.hpp"

namespace collapse::app {

/// One simulated cell beside what theory says of it.
struct ComparedCell {
    std::size_t cell;
    double simulated, standard_error;
    double expected;  ///< the exact finite-size value where there is one, else the asymptotic prediction
    bool exact;
    double z;      ///< (simulated - expected) / standard_error
    double bound;  ///< largest |z| that chance explains at the level of the whole comparison
    bool beyond() const;
};

/// All cells of a result file confronted with theory.
struct Comparison {
    std::vector<ComparedCell> cells;
    std::size_t heavy_tailed = 0;    ///< simulated, but their error has no finite variance: a standard error means nothing
    std::size_t without_theory = 0;  ///< simulated, but nothing is predicted
    double level = 0;                ///< false-alarm rate of the whole comparison
    double finite_size = 0;          ///< relative deviation allowed between a finite size and the asymptotic prediction

    std::size_t beyond() const;
};

/// Compares every simulated cell with exact_test_error where that exists and theory_test_error elsewhere.
///
/// Bonferroni: each of N cells is judged at level / N, two-sided, by Student's distribution with replicates - 1 degrees of freedom.
/// An asymptotic prediction is moreover allowed to be off by the relative `finite_size` / min(T, d) before its z counts.
/// Cells at lambda = 0 within 3 rows of the interpolation threshold are left out: E 1/chi^4 with at most 4 degrees of freedom is
/// infinite, so their replicates have no variance.
Comparison compare(const store::ResultView& view, double level, double finite_size);

}  // namespace collapse::app
