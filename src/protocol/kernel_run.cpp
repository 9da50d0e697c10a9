#include "kernel_run.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/random/uniform_int_distribution.hpp>

#include "collapse/estimator/factorisation.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/protocol/structure.hpp"
#include "picks.hpp"

namespace collapse::protocol {

using support::Phase;

namespace {

constexpr std::size_t tile = 256;  ///< rows of a kernel matrix that are in memory at once for a prediction

}  // namespace

KernelRun::KernelRun(const KernelSimulation& simulation, const rng::Draws& draws, support::Meter& meter)
    : simulation_(&simulation),
      draws_(&draws),
      meter_(&meter),
      outputs_(simulation.problem_.dataset.outputs()),
      ridges_(static_cast<Index>(simulation.row_.lambda.size())),
      levels_(levels_in(simulation.scheme_.wanted)),
      order_(meter.measure(Phase::sampling, [&] { return Allotment::order(draws, simulation.problem_.dataset.size()); })),
      test_targets_(simulation.problem_.dataset.targets(simulation.allotment_.test_rows(order_)))
{
}

KernelRun::Result KernelRun::operator()()
{
    for (std::size_t s = 0; s < simulation_->steps_.size(); ++s) {
        take(simulation_->steps_[s], s);
        forget_after(s);
    }
    return std::move(result_);
}

bool KernelRun::may_share(const Fit& fit) { return fit.uses.size() == 1 && fit.uses[0].share == 1 && fit.subsample == 0; }

KernelRun::Ways KernelRun::ways_of(const Fit& fit, bool narrow, const problem::Choices& choices)
{
    const bool one_by_one = !fit.swept || estimator::factorisation_in(choices) == estimator::Factorisation::per_ridge;
    Ways ways;
    for (std::size_t r = 0; r < (narrow ? 1 : fit.ridges.size()); ++r) {
        const double ridge = fit.ridges[r];
        const KernelWay way = ridge == 0 ? KernelWay::least_norm : one_by_one ? KernelWay::one_ridge : KernelWay::every_ridge;
        ways[{way, way == KernelWay::one_ridge ? ridge : 0}].push_back(r);
    }
    return ways;
}

/// 1. labels of every block that takes part
/// 2. the rows that do, and the fit
/// 3. its errors on the test rows
void KernelRun::take(const Step& step, std::size_t number)
{
    std::vector<Matrix> labels;
    for (const Use& use : step.fit.uses) labels.push_back(labels_of(step, use));
    Model model = fitted(step, sample_of(step, labels));
    if (step.wants_errors) {
        std::vector<ErrorForm> errors = errors_of(step, model, number);
        const bool is_chain = !simulation_->scheme_.unit.evaluated;
        if (step.evaluation || is_chain) result_.evaluated[step.number] = errors;
        if (!step.evaluation) result_.fits[step.number] = std::move(errors);
    }
    const auto last = simulation_->last_reference_.find(step.number);
    if (!step.evaluation && last != simulation_->last_reference_.end() && last->second > number)
        models_[step.number] = std::move(model);
}

void KernelRun::forget_after(std::size_t number)
{
    std::erase_if(shared_, [&](const auto& entry) { return simulation_->last_use_.at(entry.first.first) <= number; });
    std::erase_if(to_test_, [&](const auto& entry) { return simulation_->last_use_.at(entry.first) <= number; });
    std::erase_if(models_, [&](const auto& entry) { return simulation_->last_reference_.at(entry.first) <= number; });
    std::erase_if(kept_, [&](const auto& entry) { return simulation_->last_use_.at(entry.first.block) <= number; });
}

void KernelRun::add(Matrix& to, double share, const Matrix& other) const
{
    if (to.cols() < other.cols()) to = estimator::widened(to, ridges_);
    if (to.cols() == other.cols()) to += share * other;
    else to += share * estimator::widened(other, ridges_);
}

/// y = share of the targets + models' predictions + labels kept + noise, whose size counts for all outputs together.
Matrix KernelRun::labels_of(const Step& step, const Use& use)
{
    const std::span<const Index> rows = simulation_->allotment_.rows_of(use.block, order_);
    const auto count = static_cast<Index>(rows.size());
    Matrix labels = Matrix::Zero(count, groups());
    labels.leftCols(outputs_) = share_of_truth(use.labels) * simulation_->problem_.dataset.targets(rows);
    for (const Share& share : use.labels.models)
        if (share.share != 0 && share.of >= 0) add(labels, share.share, predictions(models_.at(share.of), rows));
    for (const Share& share : use.labels.kept)
        if (share.share != 0) add(labels, share.share, kept_.at({key_of(use.block), use.copy, share.of}));
    for (const problem::Noise& noise : use.labels.noise) {
        const auto level = std::ranges::find(levels_, noise.level);
        if (noise.size == 0 || level == levels_.end()) continue;
        rng::Engine engine = draws_->stream(rng::Purpose::noise, place_of(use.block, noise.source));
        Matrix unit(count, outputs_), own = Matrix::Zero(count, groups());
        meter_->measure(Phase::sampling, [&] { rng::fill_normal(engine, {unit.data(), static_cast<std::size_t>(unit.size())}); });
        own.middleCols((1 + (level - levels_.begin())) * outputs_, outputs_) =
            noise.size / std::sqrt(static_cast<double>(outputs_)) * unit;
        add(labels, 1, own);
    }
    if (!step.evaluation) kept_[{key_of(use.block), use.copy, step.number}] = labels;
    return labels;
}

KernelRun::Sample KernelRun::sample_of(const Step& step, const std::vector<Matrix>& labels) const
{
    const Fit& fit = step.fit;
    std::vector<Index> counts;
    for (const Matrix& own : labels) counts.push_back(own.rows());
    const std::vector<Pick> picks = picks_of(fit, counts, *draws_, step.number, step.evaluation);
    Index columns = groups();
    for (const Matrix& own : labels) columns = std::max(columns, own.cols());
    std::vector<Matrix> wide;
    std::vector<std::span<const Index>> rows;
    for (std::size_t b = 0; b < fit.uses.size(); ++b) {
        wide.push_back(labels[b].cols() == columns ? labels[b] : estimator::widened(labels[b], ridges_));
        rows.push_back(simulation_->allotment_.rows_of(fit.uses[b].block, order_));
    }
    Sample sample{{}, Vector(static_cast<Index>(picks.size())), Matrix(static_cast<Index>(picks.size()), columns)};
    for (const Pick& pick : picks) {
        const auto place = static_cast<Index>(sample.rows.size());
        sample.rows.push_back(rows[pick.use][static_cast<std::size_t>(pick.row)]);
        sample.weights[place] = fit.uses[pick.use].weight;
        sample.labels.row(place) = wide[pick.use].row(pick.row);
    }
    return sample;
}

/// `gram`: of the sample's rows, made for the first way that needs it and consumed by the last.
std::shared_ptr<const KernelFit> KernelRun::fit_for(const Step& step, const Sample& sample, const Way& way, Matrix& gram,
                                                    bool is_last)
{
    const auto make = [&] {
        const KernelProblem& problem = simulation_->problem_;
        if (gram.size() == 0)
            gram = meter_->measure(Phase::sampling,
                                   [&] { return problem.kernel.gram(problem.dataset.rows(sample.rows), problem.choices); });
        return estimator::kernel_fit(is_last ? std::move(gram) : gram, sample.weights, way.way, way.ridge, *meter_);
    };
    if (!may_share(step.fit)) return make();
    // Fits on one block may differ in the weight of its rows, which only scales the ridge: they do not in any protocol.
    auto& known = shared_[{key_of(step.fit.uses[0].block), way}];
    if (!known || !known->has_weights(sample.weights)) known = make();
    return known;
}

KernelRun::Model KernelRun::fitted(const Step& step, Sample sample)
{
    Model model;
    const Index ridges = step.narrow ? 1 : ridges_, rows = sample.labels.rows();
    const bool narrow_labels = sample.labels.cols() == groups();
    model.coefficients.resize(rows, groups() * ridges);
    model.fitted.resize(rows, groups() * ridges);
    const Ways ways = ways_of(step.fit, step.narrow, simulation_->problem_.choices);
    Matrix gram;
    for (const auto& [way, numbers] : ways) {
        const auto count = static_cast<Index>(numbers.size());
        std::vector<double> values;
        for (const std::size_t number : numbers) values.push_back(step.fit.ridges[number]);
        const auto column = [&, &numbers = numbers](Index g, Index k) {
            return g * ridges + static_cast<Index>(numbers[static_cast<std::size_t>(k)]);
        };
        Matrix own(rows, groups() * count);
        for (Index g = 0; g < groups(); ++g)
            for (Index k = 0; k < count; ++k) own.col(g * count + k) = sample.labels.col(narrow_labels ? g : column(g, k));
        const std::shared_ptr<const KernelFit> fit = fit_for(step, sample, way, gram, way == ways.rbegin()->first);
        const bool may_share_columns = narrow_labels && way.way == KernelWay::every_ridge;
        const Matrix coefficients = fit->coefficients(values, may_share_columns ? sample.labels : own, groups());
        const Matrix on_rows = fit->fitted(values, own, coefficients);
        for (Index g = 0; g < groups(); ++g)
            for (Index k = 0; k < count; ++k) {
                model.coefficients.col(column(g, k)) = coefficients.col(g * count + k);
                model.fitted.col(column(g, k)) = on_rows.col(g * count + k);
            }
    }
    model.rows = std::move(sample.rows);
    return model;
}

/// f(x) = sum_i k(x, x_i) c_i, some rows after the others; on the rows of the fit itself it is known. Tiles that were kept are those
/// that would be made: a product is the same bit for bit whether there are others of its kind or not.
Matrix KernelRun::predictions(const Model& model, std::span<const Index> rows, Tiles* known) const
{
    if (std::ranges::equal(rows, model.rows)) return model.fitted;
    const KernelProblem& problem = simulation_->problem_;
    const bool is_known = known != nullptr && !known->empty();
    const data::Rows fitted_on = is_known ? data::Rows(Matrix()) : problem.dataset.rows(model.rows);
    Matrix result(static_cast<Index>(rows.size()), model.coefficients.cols());
    for (std::size_t first = 0; first < rows.size(); first += tile) {
        const auto some = rows.subspan(first, std::min(tile, rows.size() - first));
        Matrix made;
        Matrix& kernel = is_known ? (*known)[first / tile] : known != nullptr ? known->emplace_back() : made;
        if (!is_known)
            kernel = meter_->measure(Phase::sampling,
                                     [&] { return problem.kernel.cross(problem.dataset.rows(some), fitted_on, problem.choices); });
        meter_->measure(Phase::solves, [&] {
            result.middleRows(static_cast<Index>(first), kernel.rows()) = numerics::multiply(kernel, model.coefficients);
        });
    }
    return result;
}

/// Means over the test rows of the squared errors, summed over outputs.
std::vector<ErrorForm> KernelRun::errors_of(const Step& step, const Model& model, std::size_t number)
{
    const BlockKey block = key_of(step.fit.uses[0].block);
    const bool has_others = may_share(step.fit) && (to_test_.contains(block) || simulation_->last_use_.at(block) > number);
    Tiles* known = has_others ? &to_test_[block] : nullptr;
    const Matrix predicted = predictions(model, simulation_->allotment_.test_rows(order_), known);
    const Index ridges = predicted.cols() / groups();
    const double count = static_cast<double>(predicted.rows());
    std::vector<ErrorForm> errors;
    for (Index r = 0; r < ridges; ++r) {
        ErrorForm form{.bias = 0};
        for (Index o = 0; o < outputs_; ++o) {
            form.bias += (predicted.col(o * ridges + r) - test_targets_.col(o)).squaredNorm() / count;
            for (std::size_t part = 0; part < levels_.size(); ++part)
                form.variance[number_of(levels_[part])] +=
                    predicted.col(((1 + static_cast<Index>(part)) * outputs_ + o) * ridges + r).squaredNorm() / count;
        }
        errors.push_back(form);
    }
    return errors;
}

}  // namespace collapse::protocol
