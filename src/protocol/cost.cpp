#include "collapse/estimator/cost.hpp"

#include <algorithm>
#include <set>

#include "abreast_run.hpp"
#include "collapse/estimator/stack.hpp"
#include "collapse/protocol/simulation.hpp"
#include "framed_run.hpp"

namespace collapse::protocol {

namespace {

namespace cost = estimator::cost;
using estimator::Factorisation;

double rows_in(const Fit& fit)
{
    double rows = 0;
    for (const Use& use : fit.uses) rows += use.block.rows;
    return rows;
}

/// Bytes of a step's description, with what every allocation costs.
double description_bytes(const Step& step)
{
    constexpr double allocation = 32;
    double bytes = sizeof(Step);
    for (const Fit& fit : step.fits) {
        bytes += sizeof(Fit) + 2 * allocation + static_cast<double>(fit.ridges.size()) * sizeof(double);
        for (const Use& use : fit.uses) {
            const problem::Labels& labels = use.labels;
            const std::size_t shares = labels.models.size() + labels.kept.size() + labels.teachers.size();
            bytes += sizeof(Use) + static_cast<double>(shares) * (allocation + sizeof(Share)) +
                     static_cast<double>(labels.noise.size()) * (allocation + sizeof(problem::Noise));
        }
    }
    return bytes;
}

/// One step of fits on rows of their own with the covariance of their weights, after so many least-squares fits, whose factors are kept.
Cost covariance_cost(const Course& course, const Step& step, double d, double factors, const problem::ByLevel<bool>& wanted)
{
    double levels = 0;  // of which a covariance is carried along
    for (std::size_t level = 0; level < level_count; ++level) levels += course.carried[level] && wanted[level] ? 1 : 0;
    const double ridges = step.narrow ? 1 : static_cast<double>(course.ridges.size()), fits = static_cast<double>(step.fits.size());
    if (step.way == Way::drawn) {
        const double factor = cost::gaussian_design(d, step.fits[0].uses[0].block.rows) + cost::product(d, d, d) / 4;
        return {factor + fits * ridges * cost::error(d), 8 * (2 * d * d + 2 * d * fits * ridges)};
    }
    double rows = 0, seconds = 0;
    for (const Use& use : step.fits[0].uses) {
        rows += std::min(use.block.rows, d);
        seconds += cost::gaussian_design(d, use.block.rows);
    }
    const double m = std::min(rows, d),
                 through = step.narrow_labels ? std::max(1.0, factors) : levels * ridges;  // covariances looked at
    const double products = (step.wants_errors ? 1 : 0) + 2 * static_cast<double>(step.fits[0].uses.size() - 1) + 2 * through;
    seconds += cost::spectral_fit(d, m) + products * cost::product(d, m, m) + through * cost::product(m, m, 16) +
               cost::product(d, m, ridges);
    return {seconds,
            cost::fit_bytes(d, m) + 8 * (4 * m * m + 2 * d * ridges * fits + (step.wants_weights ? levels * ridges * m * m : 0))};
}

/// One step of fits that are all on the same rows.
Cost diagonal_cost(const Course& course, const Step& step, double d, bool is_first)
{
    const double ridges = static_cast<double>(course.ridges.size()), fits = static_cast<double>(step.fits.size());
    const double T = step.fits[0].uses[0].block.rows, m = std::min(d, T);
    double seconds = fits * ridges * cost::solve(m);
    if (step.wants_errors) seconds += cost::product(d, m, fits * ridges);
    if (is_first) seconds += cost::gaussian_design(d, T) + cost::spectral_fit(d, T);
    return {seconds, cost::fit_bytes(d, T) + 8 * (m * m + 8 * m * ridges + 2 * d * ridges)};
}

/// One step, and the bytes that its rows and labels take. `drawn`: blocks that are drawn already. `parts`: noise-free part and draws.
Cost cost_of(const Course& course, const Step& step, double d, std::set<BlockKey>& drawn, double parts, Factorisation factorisation)
{
    const Fit& fit = step.fits[0];
    const double ridges = step.narrow ? 1 : static_cast<double>(course.ridges.size()), fits = static_cast<double>(step.fits.size());
    const double T = fit.uses[0].block.rows, m = std::min(d, T);
    const double zero = fit.ridges[course.ridges[0]] == 0 ? ridges : 0;
    const double labels = step.narrow_labels ? 1 : ridges;
    Cost result{0, 8 * parts * d * fits * ridges};
    const auto draw = [&](const Use& use) { return drawn.insert(key_of(use.block)).second; };
    switch (step.way) {
        case Way::drawn:
            result.seconds = (parts - 1) * cost::least_squares_noise(d) + parts / 2 * fits * ridges * cost::error(d);
            break;
        case Way::alone: {
            const bool is_first = draw(fit.uses[0]), one = step.without_ridge || (!fit.swept && step.exclusive);
            const bool each = !one && factorisation == Factorisation::per_ridge;
            if (is_first) result.seconds += cost::gaussian_design(d, T);
            if (is_first && one) result.seconds += cost::ridge_fit(d, T);
            if (is_first && each) result.seconds += cost::ridge_fits(d, T, ridges, parts * fits);
            if (is_first && !one && !each) result.seconds += cost::ridge_path(d, T);
            if (step.exclusive) result.seconds += cost::product(d, T, parts * fits * labels);
            result.seconds +=
                (parts - 1) * fits * labels * cost::least_squares_noise(m) + parts / 2 * fits * ridges * cost::solve(m);
            if (step.wants_errors || step.wants_weights) result.seconds += ridges * cost::product(d, T, parts * fits);
            result.bytes +=
                cost::fit_bytes(d, T) + 8 * parts * m * fits * ridges + (each ? 8 * m * m * (step.exclusive ? 1 : ridges) : 0);
            break;
        }
        case Way::stacked: {
            double stacked = 0;
            for (const Use& use : fit.uses) {
                stacked += std::min(use.block.rows, d);
                if (draw(use)) result.seconds += cost::stack_block(d, use.block.rows, stacked);
                else if (!step.extends) result.seconds += cost::product(d, use.block.rows, d) / 2;
            }
            result.seconds += cost::stack_fit(d, stacked, zero, ridges - zero, parts * fits, factorisation);
            result.bytes +=
                cost::fit_bytes(d, stacked) + 8 * (d * std::min(d, stacked) + 2 * d * d + 4 * parts * d * fits * ridges);
            break;
        }
        case Way::chosen: {
            const double used = std::min(rows_in(fit), protocol::rows_of(fit));
            for (const Use& use : fit.uses)
                if (draw(use)) result.seconds += use.block.rows * cost::least_squares_noise(d);
            result.seconds += cost::product(d, rows_in(fit), parts * ridges) +
                              cost::stack_fit(d, used, zero, ridges - zero, parts, factorisation);
            result.bytes += 8 * rows_in(fit) * (d + parts * ridges) + cost::fit_bytes(d, used);
            break;
        }
    }
    return result;
}

/// The same of one of eight replicates abreast.
Cost abreast_cost_of(const Course& course, const Step& step, double d, double parts)
{
    const double ridges = step.narrow ? 1 : static_cast<double>(course.ridges.size()),
                 columns = parts * static_cast<double>(step.fits.size()), T = step.fits[0].uses[0].block.rows, m = std::min(d, T);
    if (step.way == Way::drawn) return {cost::lanes(d * columns * ridges) + d * cost::least_squares_noise(1), 0};
    const double products = m * m * (d + ridges * m / 3) + columns * m * (2 * d + ridges * (2 * m + d));
    return {cost::lanes(products) + cost::gaussian_design(d, T), 8 * 8 * (d * m + 2 * m * m + 4 * d * columns)};
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
    constexpr double copies_of_steps = 4;  // while courses are worked out: for all ridges and for each kind, asked for and all
    Cost sum{.seconds = cost::least_squares_noise(4 * d_), .bytes = 0};
    const double parts = 1 + static_cast<double>(draws_ * std::ranges::count(scheme_.wanted, true));
    const auto of = [&](const Course& course, const Step& step, std::set<BlockKey>& drawn, double factors) {
        switch (averaging_) {
            case Averaging::covariance: return covariance_cost(course, step, d_, factors, scheme_.wanted);
            case Averaging::diagonal: return diagonal_cost(course, step, d_, &step == course.steps.data());
            case Averaging::draws: break;
        }
        return cost_of(course, step, d_, drawn, parts, factorisation_);
    };
    for (const Course& course : courses_) {
        const bool framed = others >= 0 && is_framed(course, static_cast<std::size_t>(others));
        const double frame =
            framed ? static_cast<double>(frame_of(course, static_cast<std::size_t>(others), scheme_.unit.teachers.size())) : 0;
        const bool abreast = at_once() > 1 && is_abreast(course, d_);
        std::set<BlockKey> drawn;
        double most = 0, kept = 0, factors = 0, described = 0;
        for (const Step& step : course.steps) {
            described += copies_of_steps * description_bytes(step);
            const Cost one = framed    ? framed_cost_of(course, step, d_, frame)
                             : abreast ? abreast_cost_of(course, step, d_, parts)
                                       : of(course, step, drawn, factors);
            sum.seconds += one.seconds;
            most = std::max(most, one.bytes);
            if (framed) continue;
            if (step.way == Way::drawn) ++factors;
            kept += 8 * (averaging_ == Averaging::draws ? parts : 2) * d_ * static_cast<double>(step.fits.size()) *
                    (step.narrow ? 1 : static_cast<double>(course.ridges.size()));
        }
        const double held = averaging_ == Averaging::covariance ? 8 * d_ * d_ * factors : 0;
        sum.bytes = std::max(sum.bytes, most + std::min(kept, 4 * most) + held + described);
    }
    return sum;
}

}  // namespace collapse::protocol
