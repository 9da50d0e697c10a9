#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "collapse/numerics/derivative.hpp"
#include "collapse/theory/exact_chain.hpp"
#include "collapse/theory/fresh_fit.hpp"
#include "collapse/theory/labelled_fit.hpp"
#include "collapse/theory/repeated_fit.hpp"
#include "predictors.hpp"

namespace collapse::protocol {

namespace {

using theory::ErrorMoments;
using theory::ExactChain;
using theory::Labeller;
using theory::RepeatedFit;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double share_of_distance = 0.005;  ///< moments have a pole at T0 = d: steps must be short beside the distance

/// A fit on one block of fresh rows: how many, its factor from ridges to that of the mean squared residual, variance of its noise.
struct OneBlock {
    double rows, per_ridge, noise;

    explicit OneBlock(const Use& use)
        : rows(use.block.rows), per_ridge(1 / (use.weight * use.block.rows)), noise(noise_variance(use.labels))
    {
    }
    bool operator==(const OneBlock&) const = default;
};

/// What labels the evaluated model's rows after n generations.
struct Teaching {
    double n;
    Labeller labeller;
    ExactChain exact;
    double error;
};

class Generators {
  public:
    Generators(const Nodes& nodes, const OneBlock& fit, double ridge, Wanted wanted)
        : nodes_(&nodes), rows_(fit.rows), lambda_(ridge * fit.per_ridge), noise_(fit.noise), wanted_(wanted), exact_(nodes)
    {
    }

    /// n does not decrease from call to call.
    Teaching after(double n)
    {
        if (n == 0) {  // the generators' parameters need not be given then
            const ErrorMoments truth = ErrorMoments::of_truth(*nodes_);
            const std::size_t slopes = wanted_ == Wanted::predictions ? 0 : wanted_ == Wanted::slopes ? 1 : 2;
            return {n, Labeller(truth, std::vector<ErrorMoments>(slopes, truth)), exact_, undefined};
        }
        if (!chain_) prepare();
        const ErrorMoments moments = moments_of(*chain_, rows_, n);
        ExactChain exact = exact_;
        if (std::isinf(n)) exact.fit_for_ever(rows_, lambda_, noise_);
        else exact.fit_repeatedly(rows_, lambda_, noise_, n);
        std::vector<ErrorMoments> slopes;
        if (wanted_ != Wanted::predictions) slopes.push_back(std::isfinite(n) ? chain_->slope(n) : ErrorMoments::of_truth(*nodes_));
        if (wanted_ == Wanted::slopes_and_T0) slopes.push_back(slope_T0(n));
        return {n, Labeller(moments, slopes), exact, moments.errors(*nodes_).test_error};
    }

  private:
    void prepare()
    {
        chain_.emplace(*nodes_, rows_, lambda_, noise_);
        const double distance = std::abs(std::log(rows_ / nodes_->dimension()));
        step_ = distance == 0 ? numerics::difference_step : std::min(numerics::difference_step, share_of_distance * distance);
        for (const double place : numerics::difference_places)
            if (wanted_ == Wanted::slopes_and_T0) beside_.emplace_back(*nodes_, rows_ * std::exp(place * step_), lambda_, noise_);
    }

    ErrorMoments moments_of(RepeatedFit& chain, double rows, double n) const
    {
        if (std::isfinite(n)) return chain.after(n);
        return theory::FreshFit(*nodes_, {{rows, 1}}, lambda_)
            .limit(ErrorMoments::of_truth(*nodes_), {{.before = 1, .noise = noise_}});
    }

    /// d/d log T0 of the moments.
    ErrorMoments slope_T0(double n)
    {
        ErrorMoments slope = ErrorMoments::of_truth(*nodes_);
        for (std::size_t k = 0; k < beside_.size() && n > 0; ++k) {
            const ErrorMoments there = moments_of(beside_[k], rows_ * std::exp(numerics::difference_places[k] * step_), n);
            const double factor = numerics::difference_factors[k] / step_;
            slope.error2 += factor * there.error2;
            slope.cross += factor * there.cross;
            slope.noise += factor * there.noise;
        }
        return slope;
    }

    const Nodes* nodes_;
    double rows_, lambda_, noise_;
    Wanted wanted_;
    ExactChain exact_;
    std::optional<RepeatedFit> chain_;
    std::vector<RepeatedFit> beside_;  ///< at neighbouring numbers of rows
    double step_ = 0;
};

/// The evaluated model's block, if it is the same for all n.
std::optional<OneBlock> student_of(const Scheme& scheme, const std::vector<double>& generations)
{
    std::optional<OneBlock> found;
    for (const double n : generations) {
        const std::vector<Use> uses = present_uses(scheme.evaluated(n));
        if (uses.size() != 1 || share_of(uses[0].labels.models, n - 1) != 1 || !uses[0].labels.teachers.empty()) return {};
        const OneBlock block(uses[0]);
        if (found && *found != block) return {};
        found = block;
    }
    return found;
}

}  // namespace

bool predict_repeated(const Scheme& scheme, const Row& row, const Nodes& nodes, Wanted wanted, WithSlopes& result)
{
    if (!is_repeated_fit(scheme)) return false;
    const Fit generator = scheme.generation(1);
    const std::vector<double> generations = row.distinct_generations();
    const std::optional<OneBlock> student = student_of(scheme, generations);
    if (generator.swept || !student) return false;
    Generators generators(nodes, OneBlock(present_uses(generator)[0]), generator.ridges[0], wanted);
    std::vector<Teaching> known;
    for (const double n : generations) known.push_back(generators.after(n));
    const std::vector<double> ridges = scheme.evaluated(0).ridges;
    if (wanted != Wanted::predictions) result.slopes = Table<Slopes>(ridges.size(), row.generations.size());
    for (std::size_t i = 0; i < ridges.size(); ++i) {
        const double lambda = ridges[i] * student->per_ridge;
        const theory::LabelledFit fit(nodes, student->rows, lambda, student->noise);
        for (const Teaching& teaching : known) {
            const theory::LabelledFit::Result found = fit(teaching.labeller);
            ExactChain exact = teaching.exact;
            exact.fit(student->rows, lambda, student->noise);
            for (std::size_t j = 0; j < row.generations.size(); ++j) {
                if (row.generations[j] != teaching.n) continue;
                Prediction& prediction = result.predictions(i, j);
                prediction = {found.errors, exact.test_error()};
                prediction.asymptotic.generator_error = teaching.error;
                if (wanted == Wanted::predictions) continue;
                const double error = found.errors.test_error;
                result.slopes(i, j) = {
                    .T = found.T / error,
                    .T0 = found.labeller[1] / error,
                    .lambda = lambda > 0 ? found.lambda / error : undefined,
                    .n = teaching.n > 0 && std::isfinite(teaching.n) ? teaching.n * found.labeller[0] / error : undefined};
            }
        }
    }
    return true;
}

}  // namespace collapse::protocol
