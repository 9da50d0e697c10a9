#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::numerics {

/// C += A B and C += A' B for matrices or blocks of them: products of several columns as the public ones, whose bits of a column do not
/// depend on those beside it.
void add_product(Eigen::Ref<const Matrix> a, Eigen::Ref<const Matrix> b, Eigen::Ref<Matrix> c);
void add_product_transposed(Eigen::Ref<const Matrix> a, Eigen::Ref<const Matrix> b, Eigen::Ref<Matrix> c);

}  // namespace collapse::numerics
