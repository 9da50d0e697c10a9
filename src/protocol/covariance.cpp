#include "covariance.hpp"

#include <utility>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::protocol {

using numerics::product;

CovarianceBase::CovarianceBase(estimator::Design design) : T_(design.T), triangle_(std::move(design.rows))
{
    support::ensure(design.triangular && triangle_.rows() == triangle_.cols(), "least squares needs T >= d rows");
}

CovarianceBase::CovarianceBase(std::shared_ptr<const Matrix> map, Matrix inner) : map_(std::move(map)), inner_(std::move(inner)) {}

Matrix CovarianceBase::seen_through(const Matrix& linear) const
{
    if (triangle_.size() > 0) {  // W (T B B')^-1 W' = V' V / T with V = B^-1 W'
        const Matrix lower = numerics::gram(numerics::lower_solve(triangle_, linear.transpose())) / T_;
        return lower.selfadjointView<Eigen::Lower>();
    }
    const Matrix through = product(linear, *map_);
    return product(product(through, inner_), through.transpose());
}

double CovarianceBase::trace_with(const Vector& eigenvalues) const
{
    if (triangle_.size() > 0) return numerics::lower_solve(triangle_, eigenvalues.cwiseSqrt().asDiagonal()).squaredNorm() / T_;
    return eigenvalues.dot(product(*map_, inner_).cwiseProduct(*map_).rowwise().sum());
}

Covariance Covariance::times(double factor) const
{
    Covariance result = *this;
    for (Term& term : result.terms) term.scale *= factor;
    if (factor == 0) result.terms.clear();
    return result;
}

}  // namespace collapse::protocol
