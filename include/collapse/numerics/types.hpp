#pragma once

#include <Eigen/Core>

namespace collapse::numerics {

using Vector = Eigen::VectorXd;
using Array = Eigen::ArrayXd;
using Matrix = Eigen::MatrixXd;  ///< column-major
using Index = Eigen::Index;

}  // namespace collapse::numerics
