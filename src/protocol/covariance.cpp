#include "covariance.hpp"

#include <algorithm>
#include <utility>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::protocol {

using numerics::product;

CovarianceBase::CovarianceBase(estimator::Design design) : T_(design.T)
{
    support::ensure(design.triangular && design.rows.rows() == design.rows.cols(), "least squares needs T >= d rows");
    inverse_ = numerics::lower_inverse(std::move(design.rows)).triangularView<Eigen::Lower>();
}

CovarianceBase::CovarianceBase(std::shared_ptr<const Matrix> map, Matrix inner) : map_(std::move(map)), inner_(std::move(inner)) {}

Matrix CovarianceBase::seen_through(const Matrix& linear, Passed& passed) const
{
    if (inverse_.size() > 0) {  // W (T B B')^-1 W' = V' V / T with V = B^-1 W'
        const Matrix lower = numerics::gram(numerics::lower_product(inverse_, linear.transpose())) / T_;
        return lower.selfadjointView<Eigen::Lower>();
    }
    const auto [through, is_new] = passed.try_emplace(map_.get());
    if (is_new) through->second = product(linear, *map_);
    return product(product(through->second, inner_), through->second.transpose());
}

double CovarianceBase::trace_with(const Vector& eigenvalues) const
{
    if (inverse_.size() > 0) return eigenvalues.dot(inverse_.colwise().squaredNorm()) / T_;
    return eigenvalues.dot(product(*map_, inner_).cwiseProduct(*map_).rowwise().sum());
}

void Covariance::add(const std::shared_ptr<const CovarianceBase>& base, double scale)
{
    const auto known = std::ranges::find(terms, base, &Term::base);
    if (known != terms.end()) known->scale += scale;
    else terms.push_back({base, scale});
}

Covariance Covariance::times(double factor) const
{
    Covariance result = *this;
    for (Term& term : result.terms) term.scale *= factor;
    if (factor == 0) result.terms.clear();
    return result;
}

}  // namespace collapse::protocol
