#pragma once

#include "collapse/sweep/cell_along.hpp"
#include "collapse/sweep/refine.hpp"
#include "collapse/sweep/task.hpp"

namespace collapse::sweep {

/// What refinement watches: a number for every cell, by theory; NaN where there is none. A box is split if its numbers differ by
/// more than `tolerance`.
class RefinementTarget {
  public:
    explicit RefinementTarget(const Settings& settings);

    /// Values of the cells of a row, or of some of them [ridges x generations].
    support::Table<double> operator()(const Row& row);
    double tolerance() const { return tolerance_; }

  private:
    const Settings* settings_;
    const protocol::Protocol* protocol_;
    double (*value_)(const Prediction&);
    double tolerance_;
    LastNodes nodes_;
};

}  // namespace collapse::sweep
