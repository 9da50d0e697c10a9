#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <boost/random/uniform_int_distribution.hpp>

#include "collapse/estimator/cost.hpp"
#include "collapse/estimator/stack.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/protocol/chain.hpp"
#include "collapse/protocol/fixed_design.hpp"
#include "collapse/theory/accumulated_noise.hpp"
#include "collapse/theory/error_moments.hpp"
#include "collapse/theory/exact_chain.hpp"

namespace collapse::protocol {

namespace {

using support::Reason;

/// Every generation adds T rows, and models are fitted on all rows so far [GSD]:
///   w_0 = fit(X_0, labels X_0 w0 + sigma noise);
///   w_t = fit(X_0 .. X_t, labels as each block got them: X_t's are X_t w_{t-1} + sigma0 noise), t = 1..n; w_n is evaluated.
/// The ridge acts on the averaged Gram matrix. design = fixed: every X_t is X_0 [KSD]. subsample = yes: each fit uses T of the
/// rows so far, drawn without replacement [KSD].
class Accumulate final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "accumulate",
            .summary = "each generation adds T rows labelled by the one before and is fitted on all rows so far",
            .parameters = {"d", "sigma", "sigma0", "T", "lambda", "n"},
            .options = {{"design", {"fresh", "fixed"}, "fresh", "covariates: drawn anew for each generation, or the same for all"},
                        {"subsample", {"no", "yes"}, "no", "fit on T of the rows so far instead of all; simulated only"}},
            .citations = {"GSD", "KSD"}};
    }

    /// Least squares on exactly d rows has no mean: if their labels are noisy, or if their blocks contradict each other, as those
    /// of fewer than d rows do even without noise.
    Reason obstacle(const Cell& cell, const Choices& choices) const override
    {
        if (cell.lambda > 0) return Reason::none;
        const bool always_T = is_fixed(choices) || is_subsampled(choices);
        const bool noise = cell.sigma > 0 || (always_T && cell.n > 0 && cell.sigma0 > 0);
        const bool contradiction = !always_T && cell.T < cell.d && std::fmod(cell.d, cell.T) == 0 && cell.d / cell.T <= cell.n + 1;
        return (cell.T == cell.d && noise) || contradiction ? Reason::infinite_error : Reason::none;
    }

    std::string reason_not_predicted(const Cell& cell, const Choices& choices) const override
    {
        if (cell.n == 0 || (is_fixed(choices) && !is_subsampled(choices))) return "";
        if (is_subsampled(choices)) return "no formula is known for fits on a subsample of accumulated rows";
        if (cell.lambda > 0) return "no formula is known for a ridge on accumulated rows";
        return cell.T < cell.d + 2 ? "the formula for least squares on accumulated rows needs T >= d + 2" : "";
    }

    Table<Errors> simulate(const Row& row, const Replicate& replicate) const override;
    Table<Prediction> predict(const Row& row, const Nodes& nodes, const Choices& choices) const override;
    Cost cost(const Row& row, const Choices& choices) const override;

  private:
    static bool is_fixed(const Choices& choices) { return choices.at("design") == "fixed"; }
    static bool is_subsampled(const Choices& choices) { return choices.at("subsample") == "yes"; }

    /// The labels of a fit on one design are the average of those of all blocks.
    static theory::LabelStep average(double t) { return {t / (t + 1), 1 / (t + 1), 0}; }

    Table<Errors> simulate_fresh(const Row& row, const Replicate& replicate) const;
    Table<Errors> simulate_subsamples(const Row& row, const Replicate& replicate) const;
    static void predict_fresh(const Row& row, const Nodes& nodes, Table<Prediction>& predictions);
    static void predict_fixed_limit(const Row& row, const Nodes& nodes, Table<Prediction>& predictions);
};

Table<Errors> Accumulate::simulate(const Row& row, const Replicate& replicate) const
{
    if (is_subsampled(replicate.choices)) return simulate_subsamples(row, replicate);
    if (is_fixed(replicate.choices)) return simulate_fixed_design(*this, row, replicate, average, theory::RealLabels::fixed);
    return simulate_fresh(row, replicate);
}

/// For all ridges on the same draws, generation t:
///   1. draw X_t; labels X_t w0 + sigma z (t = 0) or X_t w_{t-1} + sigma0 z
///   2. add them to the rows and labels so far, and fit; t + 1 blocks of weight 1 make the ridge (t + 1) lambda
Table<Errors> Accumulate::simulate_fresh(const Row& row, const Replicate& replicate) const
{
    const std::vector<std::size_t> numbers = ridges_where(row, [](double) { return true; });
    const auto count = static_cast<Index>(numbers.size()), d = replicate.model.eigenvalues.size();
    estimator::Stack rows(d, replicate.meter);
    Matrix right_hand_sides(0, 2 * count);
    const auto next = [&](double t, const Matrix& before) {
        const auto generation = static_cast<std::uint64_t>(t);
        rows.add(replicate.design(static_cast<Index>(row.cell.T), generation), 1);
        const auto noise = [&](Purpose purpose, double size) -> Vector {
            return size * rows.noise_scale() * replicate.normals(purpose, rows.label_count(), generation);
        };
        Matrix labels;
        if (t == 0) {
            labels = real_labels(rows.labels(replicate.model.teacher), noise(Purpose::noise, row.cell.sigma), numbers.size());
        } else {
            labels = rows.labels(before);
            labels.rightCols(count).colwise() += noise(Purpose::synthetic, row.cell.sigma0);
        }
        right_hand_sides = rows.extended(right_hand_sides, labels);
        std::vector<double> ridges = row.lambda;
        for (double& ridge : ridges) ridge *= t + 1;
        return rows.fit(ridges, right_hand_sides);
    };
    Table<Errors> errors(row.lambda.size(), row.generations.size());
    simulate_chain(*this, row, replicate, numbers, next, errors);
    return errors;
}

/// Rows are chosen one by one, so they are drawn one by one: a design of one row is that row up to its sign. Generation t:
///   1. draw X_t [T x d] (design = fixed: once), label it, keep it
///   2. choose T of the (t + 1) T labelled rows; a row of a fixed design that is chosen c times counts once, with weight c and
///   the
///      mean of its labels, which leaves every fit as it is and the minimum-norm fit defined
///   3. fit
Table<Errors> Accumulate::simulate_subsamples(const Row& row, const Replicate& replicate) const
{
    const bool fixed = is_fixed(replicate.choices);
    const std::vector<std::size_t> numbers = ridges_where(row, [](double) { return true; });
    const auto count = static_cast<Index>(numbers.size()), d = replicate.model.eigenvalues.size(),
               T = static_cast<Index>(row.cell.T);
    const double scale = 1 / std::sqrt(row.cell.T);
    std::vector<Matrix> designs, labels;  // X' / sqrt(T) [d x T] and y / sqrt(T) [T x 2 r], a block a generation

    const auto next = [&](double t, const Matrix& before) {
        const auto generation = static_cast<std::uint64_t>(t);
        if (t == 0 || !fixed) {
            rng::Engine engine = replicate.draws.stream(Purpose::design, generation);
            designs.emplace_back(d, T);
            replicate.meter.measure(support::Phase::sampling, [&] {
                for (auto row_of_X : designs.back().colwise())
                    row_of_X = scale * replicate.covariates.design(engine, replicate.model.eigenvalues, 1, replicate.choices).rows;
            });
        }
        const Matrix& X = designs.back();
        const Vector noise = scale * replicate.normals(t == 0 ? Purpose::noise : Purpose::synthetic, T, generation);
        if (t == 0) {
            const Matrix truth = numerics::multiply_transposed(X, replicate.model.teacher);
            labels.push_back(real_labels(truth, row.cell.sigma * noise, numbers.size()));
        } else {
            labels.push_back(numerics::multiply_transposed(X, before));
            labels.back().rightCols(count).colwise() += row.cell.sigma0 * noise;
        }

        // The first T places of a random permutation [Fisher, Yates].
        std::vector<Index> places(labels.size() * static_cast<std::size_t>(T));
        std::iota(places.begin(), places.end(), Index{0});
        rng::Engine engine = replicate.draws.stream(Purpose::subsample, generation);
        Eigen::ArrayXi times = Eigen::ArrayXi::Zero(static_cast<Index>(designs.size()) * T);
        Matrix sums = Matrix::Zero(times.size(), 2 * count);
        for (std::size_t i = 0; i < static_cast<std::size_t>(T); ++i) {
            std::swap(places[i], places[boost::random::uniform_int_distribution<std::size_t>(i, places.size() - 1)(engine)]);
            const Index place = places[i], which = fixed ? place % T : place;
            ++times[which];
            sums.row(which) += labels[static_cast<std::size_t>(place / T)].row(place % T);
        }
        const Index distinct = (times > 0).count();
        estimator::Design chosen{Matrix(d, distinct), row.cell.T, false};
        Matrix chosen_labels(distinct, 2 * count);
        for (Index which = 0, column = 0; which < times.size(); ++which) {
            if (times[which] == 0) continue;
            const double root = std::sqrt(static_cast<double>(times[which]));
            chosen.rows.col(column) = root * designs[static_cast<std::size_t>(which / T)].col(which % T);
            chosen_labels.row(column++) = sums.row(which) / root;
        }
        estimator::Stack rows(d, replicate.meter);
        rows.add(std::move(chosen), 1);
        return rows.fit(row.lambda, rows.extended(Matrix(0, 2 * count), chosen_labels));
    };
    Table<Errors> errors(row.lambda.size(), row.generations.size());
    simulate_chain(*this, row, replicate, numbers, next, errors);
    return errors;
}

/// THEORY section 4.5: least squares. A ridge: no prediction is known for n > 0.
void Accumulate::predict_fresh(const Row& row, const Nodes& nodes, Table<Prediction>& predictions)
{
    const double T = row.cell.T, d = nodes.dimension(), real = row.cell.sigma * row.cell.sigma,
                 synthetic = row.cell.sigma0 * row.cell.sigma0;
    for (std::size_t j = 0; j < row.generations.size(); ++j) {
        const double n = row.generations[j];
        for (std::size_t i = 0; i < row.lambda.size(); ++i) {
            Prediction& prediction = predictions(i, j);
            if (n == 0) {
                theory::ExactChain exact(nodes);
                exact.fit(T, row.lambda[i], real);
                const theory::RidgeEquivalent fit(nodes, T, row.lambda[i]);
                prediction = {theory::after_fit(fit, theory::ErrorMoments::of_truth(nodes), real).errors(nodes),
                              exact.test_error()};
            } else if (row.lambda[i] == 0 && T > d) {
                const double variance = real * d / (T - d) + synthetic * theory::accumulated_noise(d, T, d, n);
                prediction.asymptotic = {variance, 0, variance};
                if (T >= d + 2) prediction.exact = real * d / (T - d - 1) + synthetic * theory::accumulated_noise(d, T, d + 1, n);
            }
        }
    }
}

/// On a fixed design the labels' amplitude is multiplied by (t + M) / (t + 1) in generation t. Where M = 1 their noise comes to
/// sigma^2 + sigma0^2 (pi^2 / 6 - 1); where M < 1 the product tends to zero like t^(M - 1), and with it, in the end, the model:
/// then the error is that of predicting zero.
void Accumulate::predict_fixed_limit(const Row& row, const Nodes& nodes, Table<Prediction>& predictions)
{
    const double growth = std::numbers::pi * std::numbers::pi / 6 - 1;
    const double noise = row.cell.sigma * row.cell.sigma + growth * row.cell.sigma0 * row.cell.sigma0;
    const double power = nodes.sum(nodes.eigenvalue * nodes.coefficient2);
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            if (!std::isinf(row.generations[j])) continue;
            predictions(i, j).asymptotic = {power, power, 0};
            if (row.lambda[i] > 0) continue;
            theory::ExactChain exact(nodes);
            exact.fit(row.cell.T, 0, noise);
            const theory::RidgeEquivalent fit(nodes, row.cell.T, 0);
            predictions(i, j) = {theory::after_fit(fit, theory::ErrorMoments::of_truth(nodes), noise).errors(nodes),
                                 exact.test_error()};
        }
}

Table<Prediction> Accumulate::predict(const Row& row, const Nodes& nodes, const Choices& choices) const
{
    Table<Prediction> result(row.lambda.size(), row.generations.size());
    if (is_fixed(choices) && !is_subsampled(choices)) {
        const theory::LabelNoise noise{row.cell.sigma * row.cell.sigma, row.cell.sigma0 * row.cell.sigma0,
                                       theory::RealLabels::fixed};
        result = predict_fixed_design(row, nodes, average, noise);
        predict_fixed_limit(row, nodes, result);
    } else {
        predict_fresh(row, nodes, result);
        for (std::size_t i = 0; i < row.lambda.size() && is_subsampled(choices); ++i)
            for (std::size_t j = 0; j < row.generations.size(); ++j)
                if (row.generations[j] > 0) result(i, j) = {};
    }
    mark_infinite(*this, row, choices, result);
    return result;
}

Cost Accumulate::cost(const Row& row, const Choices& choices) const
{
    namespace cost = estimator::cost;
    const bool subsampled = is_subsampled(choices);
    if (is_fixed(choices) && !subsampled) return cost_of_fixed_design(row);
    const double d = row.cell.d, T = row.cell.T, n = std::max(0.0, row.last_generation());
    const auto zero = static_cast<double>(std::ranges::count(row.lambda, 0.0)),
               ridges = static_cast<double>(row.lambda.size()) - zero;
    const double columns = 2 * (zero + ridges);
    Cost result{.seconds = 0, .bytes = cost::fit_bytes(d, subsampled ? T : T * (n + 1)) + 8 * (3 * d * d + 4 * d * columns)};
    for (double t = 0; t <= n; ++t) {
        const double rows = subsampled ? T : (t + 1) * std::min(T, d);
        result.seconds += cost::stack_block(d, T, rows) + cost::stack_fit(d, rows, zero, ridges);
        if (subsampled) result.seconds += T * cost::least_squares_noise(d);
    }
    if (subsampled) result.bytes += 8 * (n + 1) * T * (d + columns);
    return result;
}

}  // namespace

const Protocol& protocol_accumulate()
{
    static const Accumulate instance;
    return instance;
}

}  // namespace collapse::protocol
