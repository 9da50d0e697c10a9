#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::theory {

using numerics::Index;

/// Columns over nodes, each filled up with zeros to whole vectors of the processor: sums over them go through memory once, and in one
/// order, whatever lies beside them.
class NodeColumns {
  public:
    static constexpr Index lanes = 4;
    using Lanes = Eigen::Array<double, lanes, 1>;

    NodeColumns(Index nodes, Index columns)
        : nodes_(nodes), values_(numerics::Matrix::Zero((nodes + lanes - 1) / lanes * lanes, columns))
    {
    }

    auto operator[](Index k) { return values_.col(k).head(nodes_).array(); }

    Index length() const { return values_.rows(); }
    const double* data(Index k) const { return values_.col(k).data(); }
    static Eigen::Map<const Lanes, Eigen::AlignedMax> lanes_at(const double* column, Index j)
    {
        return Eigen::Map<const Lanes, Eigen::AlignedMax>(column + j);
    }

  private:
    Index nodes_;
    numerics::Matrix values_;
};

}  // namespace collapse::theory
