#include "collapse/protocol/two_blocks.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/estimator/cost.hpp"
#include "collapse/estimator/stack.hpp"
#include "collapse/protocol/chain.hpp"
#include "collapse/theory/exact_chain.hpp"

namespace collapse::protocol {

/// Generation t, for all ridges on the same draws:
///   1. draw X1; labels X1 w0 + sigma z1
///   2. t > 0: draw X2; labels X2 w_{t-1} + sigma0 z2
///   3. fit both together
Table<Errors> simulate_two_blocks(const Protocol& protocol, const Row& row, const Replicate& replicate, const TwoBlockRows& rows)
{
    const std::vector<std::size_t> numbers = ridges_where(row, [](double) { return true; });
    const auto count = static_cast<Index>(numbers.size()), d = replicate.model.eigenvalues.size();
    const auto draw = [&](double T, double name) {
        return replicate.design(static_cast<Index>(T), static_cast<std::uint64_t>(name));
    };

    const auto next = [&](double t, const Matrix& before) {
        const auto generation = static_cast<std::uint64_t>(t);
        const theory::Block real = t == 0 ? theory::Block{row.cell.T, 1} : rows.real;
        const theory::Block synthetic = t == 0 ? theory::Block{} : rows.synthetic;
        estimator::Stack stack(d, replicate.meter);
        Matrix right_hand_sides(0, 2 * count);
        if (real.present()) {
            stack.add(draw(real.rows, 2 * t), real.weight);
            const Vector noise =
                row.cell.sigma * stack.noise_scale() * replicate.normals(Purpose::noise, stack.label_count(), generation);
            right_hand_sides =
                stack.extended(right_hand_sides, real_labels(stack.labels(replicate.model.teacher), noise, numbers.size()));
        }
        if (synthetic.present()) {
            stack.add(draw(synthetic.rows, 2 * t + 1), synthetic.weight);
            Matrix labels = stack.labels(before);
            labels.rightCols(count).colwise() +=
                row.cell.sigma0 * stack.noise_scale() * replicate.normals(Purpose::synthetic, stack.label_count(), generation);
            right_hand_sides = stack.extended(right_hand_sides, labels);
        }
        return stack.fit(row.lambda, right_hand_sides);
    };
    Table<Errors> errors(row.lambda.size(), row.generations.size());
    simulate_chain(protocol, row, replicate, numbers, next, errors);
    return errors;
}

Table<Prediction> predict_two_blocks(const Row& row, const Nodes& nodes, const TwoBlockRows& rows)
{
    const double real_noise = row.cell.sigma * row.cell.sigma, synthetic_noise = row.cell.sigma0 * row.cell.sigma0;
    const bool one_kind = !rows.real.present() || !rows.synthetic.present(), real = rows.real.present();
    Table<Prediction> result(row.lambda.size(), row.generations.size());
    for (std::size_t i = 0; i < row.lambda.size(); ++i) {
        const double T = row.cell.T, lambda = row.lambda[i];
        const theory::TwoBlocks fit(nodes, rows.real, rows.synthetic, lambda);
        theory::ErrorMoments chain =
            theory::after_fit(theory::RidgeEquivalent(nodes, T, lambda), theory::ErrorMoments::of_truth(nodes), real_noise);
        theory::ExactChain exact(nodes);
        exact.fit(T, lambda, real_noise);
        // With rows of one kind, a generation forgets the last (real) or is a fit on its labels alone (synthetic).
        const double only_rows = real ? rows.real.rows : rows.synthetic.rows, only_noise = real ? real_noise : synthetic_noise;
        const double q = real ? 0 : 1;
        for (double t = 0; t <= row.last_generation(); ++t) {
            if (t > 0) {
                chain = fit.after(chain, real_noise, synthetic_noise);
                exact.fit(only_rows, lambda, only_noise, q);
            }
            for (std::size_t j = 0; j < row.generations.size(); ++j)
                if (row.generations[j] == t)
                    result(i, j) = {chain.errors(nodes), t == 0 || one_kind ? exact.test_error() : Cell::unset};
        }
        exact.fit_for_ever(only_rows, lambda, only_noise, q);
        for (std::size_t j = 0; j < row.generations.size(); ++j)
            if (std::isinf(row.generations[j]))
                result(i, j) = {fit.limit(real_noise, synthetic_noise).errors(nodes), one_kind ? exact.test_error() : Cell::unset};
    }
    return result;
}

Cost cost_of_two_blocks(const Row& row, const TwoBlockRows& rows)
{
    namespace cost = estimator::cost;
    const double d = row.cell.d, generations = std::max(0.0, row.last_generation()) + 1;
    const auto zero = static_cast<double>(std::ranges::count(row.lambda, 0.0)),
               ridges = static_cast<double>(row.lambda.size()) - zero;
    const double one = std::min(rows.real.rows, d), other = std::min(rows.synthetic.rows, d), stacked = one + other;
    return {.seconds = generations * (cost::stack_block(d, one, stacked) + cost::stack_block(d, other, stacked) +
                                      cost::stack_fit(d, stacked, zero, ridges)),
            .bytes = cost::fit_bytes(d, stacked) + 8 * (d * stacked + 2 * d * d + 8 * d * (zero + ridges))};
}

}  // namespace collapse::protocol
