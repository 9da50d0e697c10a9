#include "collapse/protocol/kernel_simulation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "collapse/estimator/core_speed.hpp"
#include "collapse/protocol/structure.hpp"
#include "kernel_run.hpp"

namespace collapse::protocol {

using support::Reason;
using support::validate;

namespace {

/// The labels of a fit that are the same for all ridges come from models and labels that are.
class Narrowness {
  public:
    bool of(const Fit& fit, double number, bool remember)
    {
        bool labels = true;
        for (const Use& use : fit.uses) {
            bool here = true;
            for (const Share& share : use.labels.models) here = here && (share.share == 0 || share.of < 0 || models_.at(share.of));
            for (const Share& share : use.labels.kept)
                here = here && (share.share == 0 || kept_.at({key_of(use.block), use.copy, share.of}));
            if (remember) kept_[{key_of(use.block), use.copy, number}] = here;
            labels = labels && here;
        }
        const bool narrow = labels && !fit.swept;
        if (remember) models_[number] = narrow;
        return narrow;
    }

  private:
    std::map<double, bool> models_;
    std::map<LabelKey, bool> kept_;
};

}  // namespace

KernelSimulation::KernelSimulation(LevelledScheme scheme, Row row, const KernelProblem& problem)
    : scheme_(std::move(scheme)),
      row_(std::move(row)),
      problem_(problem),
      reasons_(row_.lambda.size(), row_.generations.size(), Reason::none),
      allotment_(scheme_.unit, std::max(row_.last_generation(), 0.0), problem.test)
{
    validate(scheme_.unit.teachers.empty(),
             "estimator = kernel_ridge knows no teacher but the targets of its data; remove distance and other teachers");
    validate(scheme_.unit.spectra.empty(), "estimator = kernel_ridge knows no rows but those of its data; remove beta_synthetic");
    for (std::size_t i = 0; i < row_.lambda.size(); ++i)
        for (std::size_t j = 0; j < row_.generations.size(); ++j)
            if (std::isinf(row_.generations[j])) reasons_(i, j) = Reason::theory_only;

    std::vector<double> wanted = row_.distinct_generations();
    std::erase_if(wanted, [](double n) { return std::isinf(n); });
    const auto is_wanted = [&](double n) { return std::ranges::find(wanted, n) != wanted.end(); };
    const double last = wanted.empty() ? -1 : wanted.back();
    Narrowness narrowness;
    const auto add = [&](double number, Fit fit, bool evaluation, bool wants_errors) {
        fit.uses = present_uses(fit);
        const bool narrow = narrowness.of(fit, number, !evaluation);
        steps_.push_back({number, std::move(fit), evaluation, wants_errors, narrow});
    };
    for (double t = 0; t <= last; ++t) {
        if (scheme_.unit.evaluated && is_wanted(t)) add(t, scheme_.unit.evaluated(t), true, true);
        if (!scheme_.unit.evaluated || t < last)
            add(t, scheme_.unit.generation(t), false, (!scheme_.unit.evaluated && is_wanted(t)) || is_wanted(t + 1));
    }
    for (std::size_t s = 0; s < steps_.size(); ++s)
        for (const Use& use : steps_[s].fit.uses) {
            last_use_[key_of(use.block)] = s;
            for (const Share& share : use.labels.models)
                if (share.share != 0 && share.of >= 0) last_reference_[share.of] = s;
        }
}

Table<ErrorForms> KernelSimulation::operator()(const rng::Draws& draws, support::Meter& meter) const
{
    Table<ErrorForms> errors(row_.lambda.size(), row_.generations.size());
    const KernelRun::Result result = KernelRun(*this, draws, meter)();
    for (std::size_t j = 0; j < row_.generations.size(); ++j) {
        const double n = row_.generations[j];
        if (std::isinf(n)) continue;
        for (std::size_t i = 0; i < row_.lambda.size(); ++i) {
            const auto of = [&](const std::vector<ErrorForm>& known) { return known[known.size() == 1 ? 0 : i]; };
            errors(i, j).evaluated = of(result.evaluated.at(n));
            const auto before = result.fits.find(n - 1);
            if (before != result.fits.end()) errors(i, j).generator = of(before->second);
        }
    }
    return errors;
}

/// Kernel matrices and factorisations; products with them are a small share. Memory is that of the fullest step: what is kept of
/// blocks and models until then, as the run keeps it, what the step makes, its columns and a tile of kernel values.
Cost KernelSimulation::cost() const
{
    namespace core_speed = estimator::core_speed;
    constexpr double copies = 6, tile = 256;  // of columns on their way through a fit; rows
    const data::Dataset& dataset = problem_.dataset;
    const double features = static_cast<double>(dataset.features()),
                 kernel = problem_.kernel.seconds(features / (dataset.holds_bytes() ? 16 : 1));
    const double parts = 1 + static_cast<double>(std::ranges::count(scheme_.wanted, true));
    const double test = static_cast<double>(problem_.test), columns = parts * static_cast<double>(dataset.outputs());
    const double row_bytes = dataset.holds_bytes() ? 5 * features : 8 * features;  // bytes and the same as float
    Cost cost{core_speed::shuffle * static_cast<double>(dataset.size()), 0};
    std::map<BlockKey, double> blocks;
    std::map<double, double> models;
    const auto sum = [](const auto& parts) {
        return std::transform_reduce(parts.begin(), parts.end(), 0.0, std::plus{}, [](const auto& part) { return part.second; });
    };
    for (std::size_t s = 0; s < steps_.size(); ++s) {
        const Step& step = steps_[s];
        const BlockKey block = key_of(step.fit.uses[0].block);
        const bool shares = KernelRun::may_share(step.fit), is_kept = shares && last_use_.at(block) > s;
        const double rows = rows_of(step.fit), ridges = step.narrow ? 1 : static_cast<double>(row_.lambda.size());
        double made = 0, tiles = 0;
        if (!shares || !blocks.contains(block)) {
            const auto ways = KernelRun::ways_of(step.fit, step.narrow, problem_.choices);
            cost.seconds += rows * rows / 2 * kernel;
            for (const auto& [way, numbers] : ways) {
                const double bytes = estimator::kernel_fit_bytes(rows, way.way, static_cast<double>(numbers.size()));
                cost.seconds += estimator::kernel_fit_seconds(rows, way.way);
                made = shares ? made + bytes : std::max(made, bytes);
            }
            if (ways.size() > 1) tiles = 8 * rows * rows;  // the kernel matrix, beside what is made of it
            if (step.wants_errors) cost.seconds += test * rows * kernel;
            if (step.wants_errors && is_kept) tiles += 8 * test * rows;
        }
        cost.seconds += (4 * rows + (step.wants_errors ? 2 * test : 0)) * rows * columns * ridges * core_speed::column_product;
        for (const Use& use : step.fit.uses)
            for (const Share& share : use.labels.models)
                if (share.share != 0 && share.of >= 0)
                    cost.seconds += use.block.rows * rows * (kernel + 2 * columns * ridges * core_speed::column_product);
        const double own = 8 * rows * columns * ridges;
        cost.bytes =
            std::max(cost.bytes, sum(blocks) + sum(models) + made + tiles + copies * own + rows * row_bytes + 8 * tile * rows);
        if (is_kept) blocks[block] += made + tiles + own;
        if (!step.evaluation) models[step.number] = 2 * own;
        std::erase_if(blocks, [&](const auto& entry) { return last_use_.at(entry.first) <= s; });
        std::erase_if(models, [&](const auto& entry) {
            const auto last = last_reference_.find(entry.first);
            return last == last_reference_.end() || last->second <= s;
        });
    }
    return cost;
}

double KernelSimulation::largest_fit() const
{
    double largest = 0;
    for (const Step& step : steps_) largest = std::max(largest, rows_of(step.fit));
    return largest;
}

}  // namespace collapse::protocol
