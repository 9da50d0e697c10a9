#pragma once

#include <limits>

#include <Eigen/Core>

namespace collapse::numerics {

using Vector = Eigen::VectorXd;
using Array = Eigen::ArrayXd;
using Matrix = Eigen::MatrixXd;  ///< column-major
using Index = Eigen::Index;

inline constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace collapse::numerics
