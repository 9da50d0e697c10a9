#pragma once

#include <cstddef>

#include "collapse/numerics/types.hpp"

namespace collapse::theory {

/// sum_k c_k x_k of arrays over nodes, four a pass; factors of zero cost nothing.
class NodeSum {
  public:
    explicit NodeSum(numerics::Index nodes) : sum_(numerics::Array::Zero(nodes)) {}

    void clear()
    {
        sum_.setZero();
        pending_ = 0;
        empty_ = true;
    }

    void add(double factor, const double* x)
    {
        if (factor == 0) return;
        factor_[pending_] = factor;
        x_[pending_++] = x;
        empty_ = false;
        if (pending_ == 4) {
            sum_ += factor_[0] * at(0) + factor_[1] * at(1) + (factor_[2] * at(2) + factor_[3] * at(3));
            pending_ = 0;
        }
    }

    bool empty() const { return empty_; }

    const numerics::Array& value()
    {
        for (std::size_t k = 0; k < pending_; ++k) sum_ += factor_[k] * at(k);
        pending_ = 0;
        return sum_;
    }

  private:
    Eigen::Map<const numerics::Array> at(std::size_t k) const { return {x_[k], sum_.size()}; }

    numerics::Array sum_;
    double factor_[4];
    const double* x_[4];
    std::size_t pending_ = 0;
    bool empty_ = true;
};

}  // namespace collapse::theory
