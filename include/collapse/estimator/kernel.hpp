#pragma once

#include <span>
#include <string>

#include "collapse/data/rows.hpp"
#include "collapse/problem/description.hpp"

namespace collapse::estimator {

using data::Rows;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

/// A positive semi-definite function k(x, y) of two rows: one file in src/estimator/kernels/ each. Definitions are those of
/// scikit-learn.
class Kernel {
  public:
    virtual ~Kernel() = default;
    virtual problem::Description describe() const = 0;

    /// k(a_i, b_j) [m x n] for m and n rows.
    virtual Matrix cross(const Rows& a, const Rows& b, const problem::Choices& choices) const = 0;

    /// k(a_i, a_j) [m x m], lower triangle.
    virtual Matrix gram(const Rows& a, const problem::Choices& choices) const = 0;

    /// Nominal core-seconds of one value between rows of p features.
    virtual double seconds(double p) const = 0;
};

/// The table of kernels: every file of src/estimator/kernels/, in alphabetical order (made by CMake from its listing).
std::span<const Kernel* const> kernels();

/// The entry called `name`. Throws InvalidInput that names the nearest known one.
const Kernel& kernel_called(const std::string& name);

/// What ridge regression says of itself; and kernel ridge regression, apart from its kernel.
problem::Description ridge_description();
problem::Description kernel_ridge_description();

/// Whether an option belongs to how rows are fitted, rather than to what is drawn.
bool is_estimator_option(const std::string& name);

/// exp(-gamma x) in place of every distance x.
data::EachColumn exponential(const problem::Choices& choices);

/// gamma > 0, which most kernels have.
problem::Option gamma_option();

}  // namespace collapse::estimator
