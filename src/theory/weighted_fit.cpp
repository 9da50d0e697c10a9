#include "collapse/theory/weighted_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/LU>

#include "collapse/support/failure.hpp"

namespace collapse::theory {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// A function and its derivative with respect to log x.
struct Slope {
    double value, slope;
};

/// The root of a function that increases with log x, near low <= x <= high: Newton in log x, bisection where that leaves the bracket.
template <class Function>
double increasing_root(const Function& function, double low, double high)
{
    double x = high, last = std::numeric_limits<double>::infinity();
    low *= 0.5;
    high *= 2;
    for (int iteration = 0; iteration < 300; ++iteration) {
        const Slope at = function(x);
        if (std::isnan(at.value)) return at.value;
        (at.value > 0 ? high : low) = x;
        const double step = -at.value / at.slope, size = std::abs(step);
        double next = x * std::exp(step);
        if (size <= 2 * epsilon || (size < 1e-9 && size >= 0.5 * last)) return next;
        if (!(next > low && next < high)) next = std::sqrt(low) * std::sqrt(high);
        if (next <= low || next >= high) return x;  // the bracket has no number inside
        last = size;
        x = next;
    }
    return x;
}

}  // namespace

WeightedFit::WeightedFit(const std::vector<Array>& spectra, const std::vector<Array>& cost, const Array& weight, double rank,
                         const std::vector<WeightedRows>& blocks, double lambda)
    : shares_(spectra.size(), 0)
{
    bool one = true;
    for (const WeightedRows& block : blocks) {
        rows += block.rows;
        one = one && block.spectrum == blocks.front().spectrum;
    }
    if (rows > 0) {
        at_threshold = lambda == 0 && std::isfinite(rank) && std::abs(rows - rank) <= 1e-12 * rank;
        if (one) {
            spectrum = static_cast<int>(blocks.front().spectrum);
            shares_[blocks.front().spectrum] = 1;
            solve_one(spectra[blocks.front().spectrum], cost[blocks.front().spectrum], weight, rank, blocks, lambda);
        } else {
            solve_several(spectra, cost, rank, blocks, lambda);
        }
    }
    finish(spectra, cost, weight, blocks);
}

/// sum_b rows_b a_b / (c + a_b df1(kappa)) = 1. For many rows that is sum_b rows_b rest_b = rows - df1, where
///   rows - df1 = (rows - rank) + sum_j kappa / (s_j + kappa)
/// has no cancellation for rows >= rank, however small lambda is; for few rows the first form is the better one.
///   1. rows <= rank, lambda = 0: c = 0, df1(kappa) = rows
///   2. rows > rank, lambda = 0: kappa = 0, df1 = rank; c lies between the values for the least and the largest weight alone
///   3. lambda > 0: c = lambda / kappa; kappa lies between the values for df1 = 0 and for kappa df1 = tr Sigma
void WeightedFit::solve_one(const Array& s, const Array& cost, const Array& weight, double rank,
                            const std::vector<WeightedRows>& blocks, double lambda)
{
    const auto over_blocks = [&](const auto& term) {
        double sum = 0;
        for (const WeightedRows& block : blocks) sum += block.rows * term(block.weight);
        return sum;
    };
    if (at_threshold) return;
    if (lambda == 0 && rows > rank) {
        const auto excess = [&](double c) -> Slope {  // log of (rows - rank) / sum of rows_b c / (c + a_b rank)
            const double left = over_blocks([&](double a) { return c / (c + a * rank); });
            const double change = over_blocks([&](double a) { return c / (c + a * rank) * (a * rank / (c + a * rank)); });
            return {std::log(left / (rows - rank)), change / left};
        };
        const auto [least, largest] = std::ranges::minmax(blocks, {}, &WeightedRows::weight);
        scale_ = least.weight == largest.weight
                     ? least.weight * (rows - rank)
                     : increasing_root(excess, least.weight * (rows - rank), largest.weight * (rows - rank));
        return;
    }
    const double trace = cost.sum();
    const auto excess = [&](double k) -> Slope {
        const Array inverse = 1 / (s + k);
        const double df1 = (cost * inverse).sum(), df2 = (cost * s * inverse.square()).sum(), c = lambda / k;
        const auto resistance = [&](double a) { return c + a * df1; };
        if (rows < rank || df1 < 0.5 * rows) {
            const double moved = over_blocks([&](double a) { return a / resistance(a); });
            const double change =
                over_blocks([&](double a) { return a / resistance(a) * ((c + a * (df1 - df2)) / resistance(a)); });
            return {std::log(moved), change / moved};
        }
        const double lost = (rows - rank) + k * (weight * inverse).sum();
        const double left = over_blocks([&](double a) { return c / resistance(a); });
        const double change = over_blocks([&](double a) { return c / resistance(a) * (a * df2 / resistance(a)); });
        return {std::log(lost / left), (df1 - df2) / lost + change / left};
    };
    const double low = lambda == 0 ? epsilon * trace / rows : lambda / over_blocks([](double a) { return a; });
    const double high = lambda == 0 ? trace / rows : 1 / over_blocks([&](double a) { return a / (lambda + a * trace); });
    constexpr double largest = 1e305;  // beyond it sums overflow; the fit is zero long before
    kappa = increasing_root(excess, std::min(low, largest), std::min(high, largest));
    scale_ = lambda / kappa;
}

/// The same with a vector delta_g = sum_j s_gj / (L + sum_h s_hj M_h), M_h = sum_b rows_b a_b / (C + a_b delta_h), and scales (C, L) =
/// (lambda, 1), (0, 1) or (1, 0). The map of log delta to itself is monotone and contracts the largest distance, so that
/// iterations lead to the only fixed point from anywhere; Newton, where it gets nearer.
void WeightedFit::solve_several(const std::vector<Array>& spectra, const std::vector<Array>& cost, double rank,
                                const std::vector<WeightedRows>& blocks, double lambda)
{
    const auto groups = static_cast<Eigen::Index>(spectra.size());
    const bool many = lambda == 0 && rows > rank * (1 - 1e-12);
    const double C = many ? 1 : lambda, L = many ? 0 : 1;
    const double stretch = at_threshold ? 1 + 1e-9 : 1;  // just beyond the threshold, where there is a solution
    Eigen::VectorXd M(groups), slope(groups);
    Array resolvent_of;
    const auto image = [&](const Eigen::VectorXd& logs, Eigen::MatrixXd* derivative) {
        M.setZero();
        slope.setZero();
        for (const WeightedRows& block : blocks) {
            const auto g = static_cast<Eigen::Index>(block.spectrum);
            const double pulled = block.weight * std::exp(logs[g]), k = stretch * block.rows * block.weight / (C + pulled);
            M[g] += k;
            slope[g] += k * pulled / (C + pulled);
        }
        resolvent_of = Array::Constant(cost[0].size(), L);
        for (Eigen::Index g = 0; g < groups; ++g) resolvent_of += M[g] * spectra[static_cast<std::size_t>(g)];
        resolvent_of = (resolvent_of > 0).select(resolvent_of.inverse(), 0);
        Eigen::VectorXd result(groups);
        for (Eigen::Index g = 0; g < groups; ++g) result[g] = std::log((cost[static_cast<std::size_t>(g)] * resolvent_of).sum());
        if (derivative)
            for (Eigen::Index g = 0; g < groups; ++g)
                for (Eigen::Index h = 0; h < groups; ++h)
                    (*derivative)(g, h) =
                        slope[h] * std::exp(-result[g]) *
                        (cost[static_cast<std::size_t>(g)] * spectra[static_cast<std::size_t>(h)] * resolvent_of.square()).sum();
        return result;
    };
    Eigen::VectorXd logs = Eigen::VectorXd::Zero(groups);
    Eigen::MatrixXd J(groups, groups);
    for (int iteration = 0; iteration < 2000; ++iteration) {
        const Eigen::VectorXd next = image(logs, &J);
        const double distance = (next - logs).cwiseAbs().maxCoeff();
        if (!(distance < 1e6)) break;
        if (distance < 4 * epsilon * std::max(1.0, logs.cwiseAbs().maxCoeff())) break;
        const Eigen::VectorXd newton = logs + (Eigen::MatrixXd::Identity(groups, groups) - J).partialPivLu().solve(next - logs);
        const Eigen::VectorXd further = image(newton, nullptr);
        const bool nearer = (further - newton).cwiseAbs().maxCoeff() < 0.9 * distance;
        if (!nearer && distance < 1e-13) break;
        logs = nearer ? newton : next;
    }
    image(logs, nullptr);
    const double total = M.sum();
    kappa = L / total;
    scale_ = C * total;
    for (Eigen::Index g = 0; g < groups; ++g) shares_[static_cast<std::size_t>(g)] = M[g] / total;
}

/// With df1 = sum h = sum_b rows_b theta_b both for h = s R and for theta,
///   1 - sum h^2 sum_b rows_b theta_b^2 / df1^2 = eta + tau (1 - eta),  eta = sum h (1 - h) / df1, tau = sum_b rows_b theta_b rest_b / df1.
void WeightedFit::finish(const std::vector<Array>& spectra, const std::vector<Array>& cost, const Array& weight,
                         const std::vector<WeightedRows>& blocks)
{
    chi.assign(spectra.size(), 0);
    pull.assign(blocks.size(), 0);
    theta.assign(blocks.size(), 0);
    rest.assign(blocks.size(), 1);
    resolvent = Array::Zero(weight.size());
    loss = Array::Ones(weight.size());
    if (rows == 0) return;
    Array s = Array::Zero(weight.size());
    for (std::size_t g = 0; g < spectra.size(); ++g)
        if (shares_[g] != 0) s += shares_[g] * spectra[g];
    resolvent = (s + kappa > 0).select((s + kappa).inverse(), 0);
    loss = (s > 0).select(1 / (1 + s / kappa), 1);
    double df1 = 0, spared = 0;
    for (std::size_t g = 0; g < spectra.size(); ++g) chi[g] = (cost[g] * resolvent).sum();
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const double resistance = scale_ + blocks[b].weight * chi[blocks[b].spectrum];
        pull[b] = blocks[b].weight / resistance;
        theta[b] = pull[b] * chi[blocks[b].spectrum];
        rest[b] = scale_ / resistance;
        df1 += blocks[b].rows * theta[b];
        spared += blocks[b].rows * theta[b] * rest[b];
    }
    const Array h = s * resolvent;
    if (at_threshold) {
        remaining = 0;
    } else if (spectrum >= 0) {
        const double eta = df1 > 0 ? (weight * h * loss).sum() / df1 : 1, tau = df1 > 0 ? spared / df1 : 1;
        remaining = eta + tau * (1 - eta);
    } else {
        remaining = std::numeric_limits<double>::quiet_NaN();
    }
}

}  // namespace collapse::theory
