#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "collapse/estimator/cost.hpp"
#include "collapse/estimator/ridge.hpp"
#include "collapse/protocol/protocol.hpp"
#include "collapse/theory/error_moments.hpp"
#include "collapse/theory/exact_chain.hpp"
#include "collapse/theory/repeated_fit.hpp"
#include "collapse/theory/stationary_fit.hpp"

namespace collapse::protocol {

namespace {

using support::Reason;

/// Whether a fit on T rows is ordinary least squares: it reproduces noise-free labels.
bool is_least_squares(double d, double T, double lambda) { return lambda == 0 && T >= d; }

/// Every generation replaces the labels by those of the last model [DFK]:
///   w_0 = truth;  w_m = fit(T0 fresh rows, ridge lambda0, labels X w_{m-1} + sigma0 noise), m = 1..n;
///   evaluated model = fit(T fresh rows, ridge lambda, labels X w_n + sigma noise).
class Replace final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {.name = "replace",
                .summary =
                    "each of n generators is fitted on T0 fresh rows labelled by the one before; the evaluated model on "
                    "T rows labelled by the last",
                .parameters = {"d", "T0", "lambda0", "sigma", "sigma0", "T", "lambda", "n"},
                .options = {},
                .citations = {"DFK"}};
    }

    void check(const Cell& cell, const Choices&) const override
    {
        support::validate(cell.n == 0 || cell.T0 >= 1,
                          "grid.T0 is missing: protocol replace with n = {} > 0 needs the sample size of its generators, for "
                          "instance T0 = {}",
                          cell.n, 2 * (std::isinf(cell.d) ? cell.T : cell.d));
    }

    Reason obstacle(const Cell& cell, const Choices&) const override
    {
        // Ordinary least squares at the interpolation threshold: E 1/chi^2_1 is infinite.
        const bool evaluated = is_least_squares(cell.d, cell.T, cell.lambda) && cell.T == cell.d && cell.sigma > 0;
        const bool generator =
            cell.n > 0 && is_least_squares(cell.d, cell.T0, cell.lambda0) && cell.T0 == cell.d && cell.sigma0 > 0;
        return evaluated || generator ? Reason::infinite_error : Reason::none;
    }

    Table<Errors> simulate(const Row& row, const Replicate& replicate) const override;
    Table<Prediction> predict(const Row& row, const Nodes& nodes, const Choices& choices) const override;
    bool continuous_generations() const override { return true; }

    Cost cost(const Row& row, const Choices&) const override
    {
        namespace cost = estimator::cost;
        const auto& [d, T, T0] = std::tie(row.cell.d, row.cell.T, row.cell.T0);
        const double n = std::max(0.0, row.last_generation()), columns = 2 * static_cast<double>(row.generations.size());
        const auto ridges = static_cast<double>(std::ranges::count_if(row.lambda, [](double lambda) { return lambda > 0; }));
        Cost result{.seconds = 4 * d * 8e-9, .bytes = 8 * d * columns * static_cast<double>(row.lambda.size())};
        if (n > 0 && is_least_squares(d, T0, row.cell.lambda0)) result.seconds += n * cost::least_squares_noise(d);
        else if (n > 0) {
            result.seconds += n * (cost::gaussian_design(d, T0) + cost::ridge_fit(d, T0) + 2 * cost::product(d, T0, 16));
            result.bytes += cost::fit_bytes(d, T0);
        }
        if (ridges > 0) {
            result.seconds += cost::gaussian_design(d, T) + cost::ridge_path(d, T) + (1 + ridges) * cost::product(d, T, columns);
            result.bytes = std::max(result.bytes, cost::fit_bytes(d, T));
        }
        if (ridges < static_cast<double>(row.lambda.size()) && T < d) {
            result.seconds += cost::gaussian_design(d, T) + cost::ridge_fit(d, T) + 2 * cost::product(d, T, columns);
            result.bytes = std::max(result.bytes, cost::fit_bytes(d, T));
        }
        return result;
    }

  private:
    static Matrix generator_weights(const Row& row, const Replicate& replicate);
};

/// The weights w_n that label the evaluated model's rows, as columns: noise-free parts for every n of the row, then the rests.
///   1. w_0 = (w0, 0)
///   2. for m = 1..max n: draw X [T0 x d], z [T0]; w_m = fit(X w_{m-1} + sigma0 z), both parts on the same X
Matrix Replace::generator_weights(const Row& row, const Replicate& replicate)
{
    const Index d = replicate.model.eigenvalues.size(), count = static_cast<Index>(row.generations.size());
    const auto T0 = static_cast<Index>(row.last_generation() > 0 ? row.cell.T0 : 0);
    Matrix result = Matrix::Zero(d, 2 * count), weights = Matrix::Zero(d, 2);
    weights.col(0) = replicate.model.teacher;
    for (double m = 0; m <= row.last_generation(); ++m) {
        const auto generation = static_cast<std::uint64_t>(m);
        if (m > 0 && is_least_squares(row.cell.d, row.cell.T0, row.cell.lambda0)) {
            if (row.cell.sigma0 > 0) weights.col(1) += row.cell.sigma0 * replicate.least_squares_noise(T0, generation);
        } else if (m > 0) {
            const estimator::RidgeFit fit(replicate.design(T0, generation), row.cell.lambda0, replicate.meter);
            Matrix labels = fit.labels(weights);
            labels.col(1) +=
                row.cell.sigma0 * fit.noise_scale() * replicate.normals(Purpose::synthetic, fit.label_count(), generation);
            weights = fit.fit(std::move(labels));
        }
        for (Index j = 0; j < count; ++j)
            if (row.generations[static_cast<std::size_t>(j)] == m) {
                result.col(j) = weights.col(0);
                result.col(count + j) = weights.col(1);
            }
    }
    return result;
}

/// One chain of generators serves every n, one design and one vector of label noise every n and lambda.
Table<Errors> Replace::simulate(const Row& row, const Replicate& replicate) const
{
    const double sigma = row.cell.sigma;
    const auto T = static_cast<Index>(row.cell.T);
    const auto count = static_cast<Index>(row.generations.size());
    const Matrix weights = generator_weights(row, replicate);

    Table<Errors> errors(row.lambda.size(), row.generations.size());
    const auto record = [&](std::size_t i, const Matrix& fitted) {
        for (std::size_t j = 0; j < row.generations.size(); ++j)
            if (reason_not_simulated(*this, row.at(i, j), replicate.choices) == Reason::none)
                errors(i, j) = replicate.errors(fitted.col(static_cast<Index>(j)), fitted.col(count + static_cast<Index>(j)));
    };
    const auto noisy_labels = [&](const auto& fit) {
        Matrix labels = fit.labels(weights);
        labels.rightCols(count).colwise() += sigma * fit.noise_scale() * replicate.normals(Purpose::noise, fit.label_count());
        return labels;
    };

    if (std::ranges::any_of(row.lambda, [](double lambda) { return lambda > 0; })) {
        const estimator::RidgePath path(replicate.design(T), replicate.meter);
        const Matrix labels = noisy_labels(path);
        for (std::size_t i = 0; i < row.lambda.size(); ++i)
            if (row.lambda[i] > 0) record(i, path.fit(row.lambda[i], labels));
    }
    if (std::ranges::count(row.lambda, 0.0) > 0) {
        Matrix fitted = weights;
        if (!is_least_squares(row.cell.d, row.cell.T, 0)) {
            const estimator::RidgeFit fit(replicate.design(T), 0, replicate.meter);
            fitted = fit.fit(noisy_labels(fit));
        } else if (sigma > 0) {
            fitted.rightCols(count).colwise() += sigma * replicate.least_squares_noise(T);
        }
        for (std::size_t i = 0; i < row.lambda.size(); ++i)
            if (row.lambda[i] == 0) record(i, fitted);
    }
    return errors;
}

/// Moments of the generators' chain by THEORY section 4.1, one push a generation while n is whole and small; every n and lambda
/// then costs one push. n = inf: the chain's fixed point, infinite if noise adds up for ever (least squares).
Table<Prediction> Replace::predict(const Row& row, const Nodes& nodes, const Choices& choices) const
{
    const double T = row.cell.T, T0 = row.cell.T0, lambda0 = row.cell.lambda0, sigma = row.cell.sigma, sigma0 = row.cell.sigma0;
    std::vector<theory::RidgeEquivalent> evaluated;
    for (const double lambda : row.lambda) evaluated.emplace_back(nodes, T, lambda);
    constexpr double most_steps = 256, infinite = std::numeric_limits<double>::infinity();
    const auto is_step = [&](double n) { return n <= most_steps && n == std::floor(n); };
    std::vector<double> wanted = row.generations;
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    std::vector<theory::RidgeEquivalent> generator;
    if (!wanted.empty() && wanted.back() > 0) generator.emplace_back(nodes, T0, lambda0);

    Table<Prediction> result(row.lambda.size(), row.generations.size());
    const auto evaluate = [&](double n, const theory::ErrorMoments& chain, const theory::ExactChain& exact) {
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            if (row.generations[j] != n) continue;
            for (std::size_t i = 0; i < row.lambda.size(); ++i) {
                theory::ExactChain whole = exact;
                whole.fit(T, row.lambda[i], sigma * sigma);
                result(i, j) = {theory::after_fit(evaluated[i], chain, sigma * sigma).errors(nodes), whole.test_error()};
                if (obstacle(row.at(i, j), choices) == Reason::infinite_error)
                    result(i, j).exact = result(i, j).asymptotic.test_error;
            }
        }
    };
    theory::ErrorMoments chain = theory::ErrorMoments::of_truth(nodes);
    theory::ExactChain exact(nodes);
    double m = 0;
    for (const double n : wanted) {
        if (is_step(n)) {
            for (; m < n; ++m) {
                chain = theory::after_fit(generator.front(), chain, sigma0 * sigma0);
                exact.fit(T0, lambda0, sigma0 * sigma0);
            }
            evaluate(n, chain, exact);
            continue;
        }
        theory::ExactChain far(nodes);
        if (n == infinite) far.fit_for_ever(T0, lambda0, sigma0 * sigma0);
        else far.fit_repeatedly(T0, lambda0, sigma0 * sigma0, n);
        evaluate(n,
                 n == infinite ? theory::stationary_fit(generator.front(), sigma0 * sigma0, 1)
                               : theory::repeated_fit(generator.front(), sigma0 * sigma0, n),
                 far);
    }
    return result;
}

}  // namespace

const Protocol& protocol_replace()
{
    static const Replace instance;
    return instance;
}

}  // namespace collapse::protocol
