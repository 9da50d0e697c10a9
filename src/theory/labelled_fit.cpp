#include "collapse/theory/labelled_fit.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace collapse::theory {

namespace {

using numerics::infinite;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// sum_j x_j y_j of several pairs of columns in one pass, each sum in an order of its own.
template <std::size_t pairs>
std::array<double, pairs> sums(const std::array<std::pair<const double*, const double*>, pairs>& columns, Index length)
{
    std::array<NodeColumns::Lanes, pairs> sum;
    sum.fill(NodeColumns::Lanes::Zero());
    for (Index j = 0; j < length; j += NodeColumns::lanes)
        for (std::size_t k = 0; k < pairs; ++k)
            sum[k] += NodeColumns::lanes_at(columns[k].first, j) * NodeColumns::lanes_at(columns[k].second, j);
    std::array<double, pairs> result;
    for (std::size_t k = 0; k < pairs; ++k) result[k] = sum[k].sum();
    return result;
}

}  // namespace

Labeller::Labeller(const ErrorMoments& moments, const std::vector<ErrorMoments>& derivatives)
    : derivatives_(derivatives.size()),
      infinite_bias_(!moments.error2.isFinite().all()),
      infinite_variance_(!moments.noise.isFinite().all()),
      columns_(moments.error2.size(), first_derivative + 3 * static_cast<Index>(derivatives.size()))
{
    columns_[F] = infinite_bias_ ? 0 * moments.cross : moments.error2;
    columns_[H] = moments.cross;
    columns_[B] = infinite_variance_ ? 0 * moments.cross : moments.noise;
    columns_[F2H] = columns_[F] + 2 * columns_[H];
    columns_[F2HB] = columns_[F2H] + columns_[B];
    columns_[FHB] = columns_[F] + columns_[H] + columns_[B];
    Index next = first_derivative;
    for (const ErrorMoments& derivative : derivatives) {
        columns_[next++] = derivative.error2 + derivative.noise;
        columns_[next++] = derivative.cross;
        columns_[next++] = derivative.error2 + derivative.noise + 2 * derivative.cross;
    }
}

LabelledFit::LabelledFit(const Nodes& nodes, double T, double lambda, double noise_variance)
    : noise_(noise_variance), T_(T), columns_(nodes.eigenvalue.size(), features)
{
    const RidgeEquivalent fit(nodes, T, lambda);
    const Array &h = fit.shrinkage(), &l = fit.loss();
    columns_[hh] = nodes.weight * nodes.eigenvalue * h.square();
    columns_[hl] = nodes.weight * nodes.eigenvalue * h * l;
    columns_[ll] = nodes.weight * nodes.eigenvalue * l.square();
    columns_[hhl] = columns_[hh] * l;
    columns_[hll] = columns_[ll] * h;
    pulled_ = (columns_[ll] * nodes.coefficient2).sum();
    pulling_ = (columns_[hll] * nodes.coefficient2).sum();
    df2_ = fit.df2();
    spare_ = fit.spare();
    gain_ = df2_ / spare_;
    kappa_by_T_ = -fit.df1() / spare_;
    kappa_by_lambda_ = lambda == 0 ? 0 : lambda / fit.kappa() * T / spare_;
    gain_by_kappa_ = -2 * T * nodes.sum(h.square() * l) / (spare_ * spare_);
}

LabelledFit::Result LabelledFit::operator()(const Labeller& labeller) const
{
    const auto fit = [&](Feature feature) { return columns_.data(feature); };
    const auto model = [&](Index column) { return labeller.columns_.data(column); };
    const Index length = columns_.length();
    const auto [kept, turned, left, kept_noise, left_noise, kept_change, turned_change, left_change] =
        sums<8>({{{fit(hh), model(Labeller::F)},
                  {fit(hl), model(Labeller::H)},
                  {fit(ll), model(Labeller::F2H)},
                  {fit(hh), model(Labeller::B)},
                  {fit(ll), model(Labeller::B)},
                  {fit(hhl), model(Labeller::FHB)},
                  {fit(hll), model(Labeller::H)},
                  {fit(hll), model(Labeller::F2HB)}}},
                length);
    // At the threshold a residual of zero still has no effect, and any other an infinite one.
    const auto spread = [&](double residual) { return residual == 0 ? 0 : gain_ * residual; };
    const double bias_residual = pulled_ + left, noise_residual = left_noise + noise_;
    Result result{{}, undefined, undefined, {undefined, undefined}};
    problem::Errors& errors = result.errors;
    errors.bias = labeller.infinite_bias_ ? infinite : kept - 2 * turned + pulled_ + spread(bias_residual);
    errors.variance = labeller.infinite_variance_ ? infinite : kept_noise + spread(noise_residual);
    errors.test_error = errors.bias + errors.variance;
    if (spare_ == 0 || !std::isfinite(errors.test_error)) return result;

    const double residual = bias_residual + noise_residual;
    const double by_kappa =
        2 * (turned_change + pulling_ - kept_change) + gain_by_kappa_ * residual + 2 * gain_ * (pulling_ + left_change);
    result.T = by_kappa * kappa_by_T_ - T_ * df2_ / (spare_ * spare_) * residual;
    result.lambda = by_kappa * kappa_by_lambda_;
    for (std::size_t k = 0; k < labeller.derivatives_; ++k) {
        const Index first = Labeller::first_derivative + 3 * static_cast<Index>(k);
        const auto [both, cross, second] =
            sums<3>({{{fit(hh), model(first)}, {fit(hl), model(first + 1)}, {fit(ll), model(first + 2)}}}, length);
        result.labeller[k] = both - 2 * cross + gain_ * second;
    }
    return result;
}

}  // namespace collapse::theory
