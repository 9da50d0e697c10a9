#include "collapse/estimator/cost.hpp"

#include <algorithm>
#include <set>

#include "collapse/estimator/stack.hpp"
#include "collapse/protocol/simulation.hpp"
#include "framed_run.hpp"

namespace collapse::protocol {

namespace {

namespace cost = estimator::cost;

double rows_in(const Fit& fit)
{
    double rows = 0;
    for (const Use& use : fit.uses) rows += use.block.rows;
    return rows;
}

/// One step, and the bytes that its rows and labels take. `drawn`: blocks that are drawn already.
Cost cost_of(const Course& course, const Step& step, double d, std::set<BlockKey>& drawn)
{
    const Fit& fit = step.fits[0];
    const double ridges = step.narrow ? 1 : static_cast<double>(course.ridges.size()), fits = static_cast<double>(step.fits.size());
    const double T = fit.uses[0].block.rows, m = std::min(d, T);
    const double zero = fit.ridges[course.ridges[0]] == 0 ? ridges : 0;
    const double labels = step.narrow_labels ? 1 : ridges;
    Cost result{0, 8 * 2 * d * fits * ridges};
    const auto draw = [&](const Use& use) { return drawn.insert(key_of(use.block)).second; };
    switch (step.way) {
        case Way::drawn: result.seconds = cost::least_squares_noise(d) + fits * ridges * cost::error(d); break;
        case Way::alone:
            if (draw(fit.uses[0]))
                result.seconds +=
                    cost::gaussian_design(d, T) +
                    (step.without_ridge || (!fit.swept && step.exclusive) ? cost::ridge_fit(d, T) : cost::ridge_path(d, T));
            if (step.exclusive) result.seconds += cost::product(d, T, 2 * fits * labels);
            result.seconds += fits * labels * cost::least_squares_noise(m) + fits * ridges * cost::solve(m);
            if (step.wants_errors || step.wants_weights) result.seconds += ridges * cost::product(d, T, 2 * fits);
            result.bytes += cost::fit_bytes(d, T) + 8 * 2 * m * fits * ridges;
            break;
        case Way::stacked: {
            double stacked = 0;
            for (const Use& use : fit.uses) {
                stacked += std::min(use.block.rows, d);
                if (draw(use)) result.seconds += cost::stack_block(d, use.block.rows, stacked);
                else if (!step.extends) result.seconds += cost::product(d, use.block.rows, d) / 2;
            }
            result.seconds += cost::stack_fit(d, stacked, zero * fits, (ridges - zero) * fits);
            result.bytes += cost::fit_bytes(d, stacked) + 8 * (d * std::min(d, stacked) + 2 * d * d + 8 * d * fits * ridges);
            break;
        }
        case Way::chosen: {
            const double used = std::min(rows_in(fit), protocol::rows_of(fit));
            for (const Use& use : fit.uses)
                if (draw(use)) result.seconds += use.block.rows * cost::least_squares_noise(d);
            result.seconds += cost::product(d, rows_in(fit), 2 * ridges) + cost::stack_fit(d, used, zero, ridges - zero);
            result.bytes += 8 * rows_in(fit) * (d + 2 * ridges) + cost::fit_bytes(d, used);
            break;
        }
    }
    return result;
}

/// The same in a frame of k directions.
Cost framed_cost_of(const Course& course, const Step& step, double d, double k)
{
    const double T = step.fits[0].uses[0].block.rows, ridges = static_cast<double>(course.ridges.size());
    const double fits = static_cast<double>(step.fits.size()) * (step.narrow ? 1 : ridges) * cost::error(8 * k * k);
    if (step.way == Way::drawn) return {cost::least_squares_noise(k) + fits, 0};
    return {cost::banded_rows(d, T, k) + cost::frame_fits(d, T, k, step.fits[0].swept ? ridges : 1) + fits,
            cost::frame_bytes(d, T, k) + 8 * 4 * d};
}

}  // namespace

Cost Simulation::cost(double others) const
{
    Cost sum{.seconds = cost::least_squares_noise(4 * d_), .bytes = 0};
    const double frame = others + 3 + static_cast<double>(scheme_.teachers.size());
    for (const Course& course : courses_) {
        const bool framed = others >= 0 && is_framed(course, d_, static_cast<std::size_t>(others), scheme_.teachers.size());
        std::set<BlockKey> drawn;
        double most = 0, kept = 0;
        for (const Step& step : course.steps) {
            const Cost one = framed ? framed_cost_of(course, step, d_, frame) : cost_of(course, step, d_, drawn);
            sum.seconds += one.seconds;
            most = std::max(most, one.bytes);
            if (!framed)
                kept += 8 * 2 * d_ * static_cast<double>(step.fits.size()) *
                        (step.narrow ? 1 : static_cast<double>(course.ridges.size()));
        }
        sum.bytes = std::max(sum.bytes, most + std::min(kept, 4 * most));
    }
    return sum;
}

}  // namespace collapse::protocol
