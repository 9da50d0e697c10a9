#include "collapse/estimator/covariates.hpp"

#include "collapse/problem/find.hpp"

namespace collapse::estimator {

const Covariates& covariates_called(const std::string& name)
{
    return problem::find_entry(covariates(), "covariates", name);
}

}  // namespace collapse::estimator
