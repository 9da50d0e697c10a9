#include "collapse/protocol/fixed_design.hpp"

#include <algorithm>

#include "collapse/estimator/cost.hpp"
#include "collapse/estimator/ridge.hpp"
#include "collapse/protocol/chain.hpp"
#include "collapse/theory/exact_chain.hpp"
#include "collapse/theory/fixed_design.hpp"

namespace collapse::protocol {

namespace {

/// Labels of the generations asked for, in the coordinates of `fit`: columns as `real_labels` has them, generation by generation.
/// `relabel(labels)`: what the weights fitted to labels [m x 2] label.
///   1. y_0 = X w0 + sigma z_0
///   2. y_t = keep y_{t-1} + copy (relabel(y_{t-1}) + sigma0 z'_t) + real (X w0 + sigma z_t)
template <class Fit, class Relabel>
Matrix chain_of_labels(const Row& row, const Replicate& replicate, const Fit& fit, const Relabel& relabel,
                       const theory::LabelRule& rule, theory::RealLabels which)
{
    const std::vector<double> wanted = finite_generations(row);
    const double scale = fit.noise_scale();
    const Matrix truth = fit.labels(replicate.model.teacher);
    const auto real = [&](double t) {
        const auto generation = static_cast<std::uint64_t>(which == theory::RealLabels::fresh ? t : 0);
        return real_labels(truth, row.cell.sigma * scale * replicate.normals(Purpose::noise, fit.label_count(), generation), 1);
    };
    const Matrix first = real(0);
    Matrix result(fit.label_count(), 2 * static_cast<Index>(wanted.size())), labels = first;
    double t = 0;
    for (std::size_t j = 0; j < wanted.size(); ++j) {
        while (t < wanted[j]) {
            const theory::LabelStep step = rule(++t);
            Matrix copied = relabel(labels);
            copied.col(1) +=
                row.cell.sigma0 * scale * replicate.normals(Purpose::synthetic, fit.label_count(), static_cast<std::uint64_t>(t));
            labels = step.keep * labels + step.copy * copied;
            if (step.real > 0) labels += step.real * (which == theory::RealLabels::fresh ? real(t) : first);
        }
        result.middleCols(2 * static_cast<Index>(j), 2) = labels;
    }
    return result;
}

}  // namespace

Table<Errors> simulate_fixed_design(const Protocol& protocol, const Row& row, const Replicate& replicate,
                                    const theory::LabelRule& rule, theory::RealLabels real_labels)
{
    Table<Errors> errors(row.lambda.size(), row.generations.size());
    const std::vector<double> wanted = finite_generations(row);
    if (wanted.empty()) return errors;
    const auto record = [&](std::size_t i, const Matrix& weights) {
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            if (reason_not_simulated(protocol, row.at(i, j), replicate.choices) != support::Reason::none) continue;
            const Index column = 2 * (std::ranges::lower_bound(wanted, row.generations[j]) - wanted.begin());
            errors(i, j) = replicate.errors(weights.col(column), weights.col(column + 1));
        }
    };

    const auto T = static_cast<Index>(row.cell.T);
    const std::vector<std::size_t> ridges = ridges_where(row, [](double lambda) { return lambda > 0; });
    if (!ridges.empty()) {
        const estimator::RidgePath path(replicate.design(T), replicate.meter);
        for (const std::size_t i : ridges) {
            const double lambda = row.lambda[i];
            const auto relabel = [&](const Matrix& labels) { return path.relabelled(lambda, labels); };
            record(i, path.fit(lambda, chain_of_labels(row, replicate, path, relabel, rule, real_labels)));
        }
    }
    const std::vector<std::size_t> interpolating = ridges_where(row, [](double lambda) { return lambda == 0; });
    if (!interpolating.empty()) {
        // Compressed to at most d rows, labels are met exactly.
        const estimator::RidgeFit fit(replicate.design(T), 0, replicate.meter);
        const auto relabel = [](const Matrix& labels) { return labels; };
        const Matrix weights = fit.fit(chain_of_labels(row, replicate, fit, relabel, rule, real_labels));
        for (const std::size_t i : interpolating) record(i, weights);
    }
    return errors;
}

Table<Prediction> predict_fixed_design(const Row& row, const Nodes& nodes, const theory::LabelRule& rule,
                                       const theory::LabelNoise& noise)
{
    Table<Prediction> result(row.lambda.size(), row.generations.size());
    const std::vector<double> wanted = finite_generations(row);
    const std::vector<double> variances = theory::label_noise(rule, noise, wanted);
    for (std::size_t i = 0; i < row.lambda.size(); ++i) {
        const auto errors = theory::fixed_design_errors(nodes, row.cell.T, row.lambda[i], rule, noise, wanted);
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            const auto found = std::ranges::lower_bound(wanted, row.generations[j]);
            if (found == wanted.end()) continue;
            const auto k = static_cast<std::size_t>(found - wanted.begin());
            theory::ExactChain exact(nodes);
            exact.fit(row.cell.T, row.lambda[i], variances[k]);
            result(i, j) = {errors[k], exact.test_error()};
        }
    }
    return result;
}

Cost cost_of_fixed_design(const Row& row)
{
    namespace cost = estimator::cost;
    const double d = row.cell.d, T = row.cell.T, m = std::min(d, T), n = std::max(0.0, row.last_generation());
    const double columns = 2 * static_cast<double>(row.generations.size());
    Cost result{.seconds = 0, .bytes = cost::fit_bytes(d, T) + 8 * (d + m) * columns};
    for (const double lambda : row.lambda)
        result.seconds += n * (2 * cost::least_squares_noise(m) + (lambda > 0 ? 30e-9 * m : 0)) + cost::product(d, T, columns);
    if (std::ranges::count(row.lambda, 0.0) > 0) result.seconds += cost::gaussian_design(d, T) + cost::ridge_fit(d, T);
    if (std::ranges::count(row.lambda, 0.0) < std::ssize(row.lambda))
        result.seconds += cost::gaussian_design(d, T) + cost::ridge_path(d, T);
    return result;
}

}  // namespace collapse::protocol
