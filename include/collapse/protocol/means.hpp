#pragma once

#include <map>
#include <vector>

#include "collapse/protocol/row.hpp"
#include "collapse/protocol/structure.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::protocol {

/// Whether the mean test error of the cells of one ridge exists. Least squares, or minimum norm, on d - 1 to d + 1 different rows
/// has none if their labels contradict each other, by noise or by being different linear functions: E 1/chi^2_1 and E 1/chi^2_2
/// are infinite. Nor has any model whose labels come from such a fit.
class Means {
  public:
    /// d: directions that the rows vary in; any order of generations, inf included.
    Means(const Scheme& scheme, std::size_t ridge, double d, const std::vector<double>& generations);

    bool is_infinite(double n) const;
    /// Infinite because of a fit on exactly d rows: then the high-dimensional limit is infinite, too.
    bool is_at_threshold(double n) const;

  private:
    struct Verdict {
        bool infinite = false, at_threshold = false;
    };
    std::map<double, Verdict> verdicts_;  ///< of the generations that are not fine
};

/// Why the cells of a row are not simulated: infinite_error, theory_only for infinite n or d, or none [ridges x generations].
Table<support::Reason> reasons_not_simulated(const Scheme& scheme, const Row& row, double d);

}  // namespace collapse::protocol
