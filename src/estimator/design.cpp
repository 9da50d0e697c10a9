#include "collapse/estimator/design.hpp"

#include "collapse/numerics/lapack.hpp"

namespace collapse::estimator {

Matrix gram(const Design& design) { return design.triangular ? numerics::lower_gram(design.rows) : numerics::gram(design.rows); }

}  // namespace collapse::estimator
