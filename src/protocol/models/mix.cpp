#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/estimator/cost.hpp"
#include "collapse/estimator/stack.hpp"
#include "collapse/protocol/chain.hpp"
#include "collapse/protocol/fixed_design.hpp"
#include "collapse/theory/error_moments.hpp"
#include "collapse/theory/exact_chain.hpp"
#include "collapse/theory/fixed_design.hpp"
#include "collapse/theory/stationary_fit.hpp"

namespace collapse::protocol {

namespace {

using support::Reason;

/// The weight of real labels in generation t: constant, or adaptive [GBS], w_t = (1 + w_{t-1}) / (2 + w_{t-1}), w_0 = 1, which
/// tends to 1 / golden ratio, the root of w^2 + w = 1.
class Weights {
  public:
    Weights(const Cell& cell, const Choices& choices) : constant_(choices.at("weighting") == "adaptive" ? Cell::unset : cell.w) {}

    /// t = 1, 2, ..., inf.
    double operator()(double t) const
    {
        if (!std::isnan(constant_)) return constant_;
        if (std::isinf(t)) return (std::sqrt(5.0) - 1) / 2;
        double w = 1;
        for (int i = 0; i < std::min(t, 50.0); ++i) w = (1 + w) / (2 + w);  // stationary to rounding after 20
        return w;
    }

  private:
    double constant_;
};

/// Every generation is fitted on labels mixed of real and synthetic ones [GBS]:
///   w_0 = fit(T rows, labels X w0 + sigma noise);
///   w_t = fit(T rows, labels w (X w0 + sigma noise) + (1 - w) (X w_{t-1} + sigma0 noise)), t = 1..n; w_n is evaluated.
class Mix final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "mix",
            .summary = "each generation is fitted on T rows with labels mixed of real ones, weight w, and those of the one before",
            .parameters = {"d", "sigma", "sigma0", "w", "T", "lambda", "n"},
            .options =
                {{"design", {"fresh", "fixed"}, "fresh", "covariates: drawn anew for each generation, or the same for all"},
                 {"real_labels", {"fresh", "fixed"}, "fresh", "noise of real labels: drawn anew, or the same for all generations"},
                 {"weighting",
                  {"constant", "adaptive"},
                  "constant",
                  "weight of real labels: w, or (1 + w)/(2 + w) of the one before"}},
            .citations = {"GBS"}};
    }

    void check(const Cell& cell, const Choices& choices) const override
    {
        support::validate(is_fixed(choices) || choices.at("real_labels") == "fresh",
                          "model.real_labels = fixed needs the rows to stay the same; set model.design = fixed");
        const bool adaptive = choices.at("weighting") == "adaptive";
        support::validate(adaptive || !std::isnan(cell.w),
                          "grid.w is missing: protocol mix needs the weight of real labels; add a "
                          "line such as w = 0.5 or w = adaptive");
        support::validate(!adaptive || std::isnan(cell.w), "grid.w = {} is not used with model.weighting = adaptive; remove it",
                          cell.w);
    }

    Reason obstacle(const Cell& cell, const Choices& choices) const override
    {
        const bool synthetic = cell.n > 0 && !(cell.w == 1 && choices.at("weighting") == "constant");
        const bool noise = cell.sigma > 0 || (synthetic && cell.sigma0 > 0);
        return cell.lambda == 0 && cell.T == cell.d && noise ? Reason::infinite_error : Reason::none;
    }

    Table<Errors> simulate(const Row& row, const Replicate& replicate) const override
    {
        const Weights weights(row.cell, replicate.choices);
        if (!is_fixed(replicate.choices)) return simulate_fresh(row, replicate, weights);
        return simulate_fixed_design(*this, row, replicate, rule(weights), real_labels_of(replicate.choices));
    }

    Table<Prediction> predict(const Row& row, const Nodes& nodes, const Choices& choices) const override
    {
        const Weights weights(row.cell, choices);
        Table<Prediction> result =
            is_fixed(choices) ? predict_fixed(row, nodes, weights, choices) : predict_fresh(row, nodes, weights);
        mark_infinite(*this, row, choices, result);
        return result;
    }

    Cost cost(const Row& row, const Choices& choices) const override
    {
        if (is_fixed(choices)) return cost_of_fixed_design(row);
        namespace cost = estimator::cost;
        const double d = row.cell.d, T = row.cell.T, m = std::min(d, T), generations = std::max(0.0, row.last_generation()) + 1;
        auto zero = static_cast<double>(std::ranges::count(row.lambda, 0.0));
        const double ridges = static_cast<double>(row.lambda.size()) - zero;
        Cost result{.seconds = 0,
                    .bytes = cost::fit_bytes(d, T) + 8 * (2 * m * m + 6 * d * static_cast<double>(row.lambda.size()))};
        if (zero > 0 && T >= d) {
            result.seconds += generations * cost::least_squares_noise(d);
            zero = 0;
        }
        if (zero + ridges > 0) result.seconds += generations * (cost::stack_block(d, T, m) + cost::stack_fit(d, m, zero, ridges));
        return result;
    }

  private:
    static bool is_fixed(const Choices& choices) { return choices.at("design") == "fixed"; }

    static theory::RealLabels real_labels_of(const Choices& choices)
    {
        return choices.at("real_labels") == "fixed" ? theory::RealLabels::fixed : theory::RealLabels::fresh;
    }

    static theory::LabelRule rule(const Weights& weights)
    {
        return [weights](double t) { return theory::LabelStep{0, 1 - weights(t), weights(t)}; };
    }

    Table<Errors> simulate_fresh(const Row& row, const Replicate& replicate, const Weights& weights) const;
    static Table<Prediction> predict_fresh(const Row& row, const Nodes& nodes, const Weights& weights);
    static Table<Prediction> predict_fixed(const Row& row, const Nodes& nodes, const Weights& weights, const Choices& choices);
};

/// Least squares (lambda = 0, T >= d) reproduces noise-free labels, so only the noise part moves:
///   rest_t = q rest_{t-1} + sqrt(w^2 sigma^2 + q^2 sigma0^2) (fit of unit noise).
/// Otherwise, for all ridges on the same draws:
///   1. draw X [T x d]; labels y = w (X w0 + sigma z) + q (X w_{t-1} + sigma0 z')
///   2. fit
Table<Errors> Mix::simulate_fresh(const Row& row, const Replicate& replicate, const Weights& weights) const
{
    const double sigma = row.cell.sigma, sigma0 = row.cell.sigma0;
    const auto T = static_cast<Index>(row.cell.T), d = replicate.model.eigenvalues.size();
    Table<Errors> errors(row.lambda.size(), row.generations.size());

    const auto is_least_squares = [&](double lambda) { return lambda == 0 && T >= d; };
    const auto plain = ridges_where(row, is_least_squares);
    const auto count_plain = static_cast<Index>(plain.size());
    const auto next_plain = [&](double t, const Matrix& before) {
        const double w = t == 0 ? 1 : weights(t), q = 1 - w, size = std::hypot(w * sigma, q * sigma0);
        Matrix after = Matrix::Zero(d, 2 * count_plain);
        after.leftCols(count_plain).colwise() = replicate.model.teacher;
        if (t > 0) after.rightCols(count_plain) = q * before.rightCols(count_plain);
        if (size > 0)
            after.rightCols(count_plain).colwise() += size * replicate.least_squares_noise(T, static_cast<std::uint64_t>(t));
        return after;
    };
    simulate_chain(*this, row, replicate, plain, next_plain, errors);

    const auto ridges = ridges_where(row, [&](double lambda) { return !is_least_squares(lambda); });
    const auto count = static_cast<Index>(ridges.size());
    const std::vector<double> lambda = ridges_of(row, ridges);
    const auto next = [&](double t, const Matrix& before) {
        const auto generation = static_cast<std::uint64_t>(t);
        const double w = t == 0 ? 1 : weights(t), q = 1 - w;
        estimator::Stack rows(d, replicate.meter);
        rows.add(replicate.design(T, generation), 1);
        const auto noise = [&](Purpose purpose) -> Vector {
            return rows.noise_scale() * replicate.normals(purpose, rows.label_count(), generation);
        };
        Matrix labels = w * real_labels(rows.labels(replicate.model.teacher), sigma * noise(Purpose::noise), ridges.size());
        if (q > 0) {
            labels += q * rows.labels(before);
            labels.rightCols(count).colwise() += q * sigma0 * noise(Purpose::synthetic);
        }
        return rows.fit(lambda, rows.extended(Matrix(0, 2 * count), labels));
    };
    simulate_chain(*this, row, replicate, ridges, next, errors);
    return errors;
}

/// THEORY section 4.2, in error moments: a generation is a fit on labels X (w0 + q e) + noise of variance w^2 sigma^2 + q^2
/// sigma0^2.
Table<Prediction> Mix::predict_fresh(const Row& row, const Nodes& nodes, const Weights& weights)
{
    const double T = row.cell.T, real = row.cell.sigma * row.cell.sigma, synthetic = row.cell.sigma0 * row.cell.sigma0;
    const auto noise = [&](double w) { return w * w * real + (1 - w) * (1 - w) * synthetic; };
    Table<Prediction> result(row.lambda.size(), row.generations.size());
    for (std::size_t i = 0; i < row.lambda.size(); ++i) {
        const theory::RidgeEquivalent fit(nodes, T, row.lambda[i]);
        theory::ErrorMoments chain = theory::ErrorMoments::of_truth(nodes);
        theory::ExactChain exact(nodes);
        for (double t = 0; t <= row.last_generation(); ++t) {
            const double w = t == 0 ? 1 : weights(t);
            chain = theory::after_fit(fit, chain, noise(w), 1 - w);
            exact.fit(T, row.lambda[i], noise(w), 1 - w);
            for (std::size_t j = 0; j < row.generations.size(); ++j)
                if (row.generations[j] == t) result(i, j) = {chain.errors(nodes), exact.test_error()};
        }
        const double w = weights(std::numeric_limits<double>::infinity());
        exact.fit_for_ever(T, row.lambda[i], noise(w), 1 - w);
        for (std::size_t j = 0; j < row.generations.size(); ++j)
            if (std::isinf(row.generations[j]))
                result(i, j) = {theory::stationary_fit(fit, noise(w), 1 - w).errors(nodes), exact.test_error()};
    }
    return result;
}

/// THEORY section 4.4.
Table<Prediction> Mix::predict_fixed(const Row& row, const Nodes& nodes, const Weights& weights, const Choices& choices)
{
    const theory::LabelNoise noise{row.cell.sigma * row.cell.sigma, row.cell.sigma0 * row.cell.sigma0, real_labels_of(choices)};
    Table<Prediction> result = predict_fixed_design(row, nodes, rule(weights), noise);
    const double w = weights(std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            if (!std::isinf(row.generations[j])) continue;
            result(i, j).asymptotic = theory::fixed_design_limit(nodes, row.cell.T, row.lambda[i], w, noise);
            theory::ExactChain exact(nodes);
            exact.fit(row.cell.T, row.lambda[i], theory::label_noise_limit(w, noise));
            result(i, j).exact = exact.test_error();
        }
    return result;
}

}  // namespace

const Protocol& protocol_mix()
{
    static const Mix instance;
    return instance;
}

}  // namespace collapse::protocol
