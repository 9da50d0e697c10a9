#include "collapse/problem/index_quadrature.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/binomial.hpp>

namespace collapse::problem {

namespace {

constexpr std::array end_coefficients{1.0 / 24, -17.0 / 5760, 367.0 / 967680, -27859.0 / 464486400};

/// Weights by place, so that corrections fall on nodes that are there already.
using Weights = std::map<double, double>;

/// Adds sign sum_k c_k delta^(2k+1) f(edge).
void correct_end(Weights& weights, double edge, double sign, std::span<const double> coefficients)
{
    for (unsigned k = 0; k < coefficients.size(); ++k)
        for (unsigned i = 0, order = 2 * k + 1; i <= order; ++i)
            weights[edge + 0.5 * order - i] +=
                sign * coefficients[k] * (i % 2 == 0 ? 1 : -1) * boost::math::binomial_coefficient<double>(order, i);
}

void add_panels(Weights& weights, double low, double high, double longest)
{
    using Rule = boost::math::quadrature::gauss<double, 15>;
    const double count = std::ceil((high - low) / longest), half = 0.5 * (high - low) / count;
    for (double panel = 0; panel < count; ++panel) {
        const double centre = low + half * (2 * panel + 1);
        for (std::size_t i = 0; i < Rule::abscissa().size(); ++i)
            for (const double x : {-Rule::abscissa()[i], Rule::abscissa()[i]}) {
                const double j = std::exp(centre + half * x);
                weights[j] = half * Rule::weights()[i] * j;  // the centre is its own mirror image
            }
    }
}

}  // namespace

double first_term_of_quadrature(double beta) { return std::ceil(32 + 16 * beta); }

IndexQuadrature index_quadrature(double d, double beta, double alpha)
{
    const double first = first_term_of_quadrature(beta), edge = first - 0.5;
    Weights weights;
    for (double j = 1; j < first; ++j) weights[j] = 1;
    correct_end(weights, edge, 1, end_coefficients);
    const double end = std::isinf(d) ? std::log(largest_sample) + 37 / beta : std::log(d + 0.5);
    add_panels(weights, std::log(edge), end, std::min(5 / beta, 3.0));
    if (std::isinf(d)) {
        // weight w at z end: w z^-beta = end / (beta - 1), w z^-(alpha+beta) = end / (alpha + beta - 1).
        const double ratio = (alpha + beta - 1) / (beta - 1), j = std::exp(end);
        const double z = std::abs(alpha) < 1e-8 ? std::exp(1 / (beta - 1)) : std::pow(ratio, 1 / alpha);
        weights[j * z] = j * std::pow(z, beta) / (beta - 1);
    } else {
        correct_end(weights, d + 0.5, -1, std::span(end_coefficients).first(2));
    }
    IndexQuadrature result{numerics::Array(std::ssize(weights)), numerics::Array(std::ssize(weights))};
    numerics::Index i = 0;
    for (const auto& [index, weight] : weights) {
        result.index[i] = index;
        result.weight[i++] = weight;
    }
    return result;
}

}  // namespace collapse::problem
