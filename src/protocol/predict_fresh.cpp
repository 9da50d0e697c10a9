#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "collapse/theory/exact_chain.hpp"
#include "collapse/theory/fresh_fit.hpp"
#include "collapse/theory/repeated_fit.hpp"
#include "predictors.hpp"

namespace collapse::protocol {

namespace {

using numerics::infinite;
using theory::ErrorMoments;
using theory::ExactChain;
using theory::FreshFit;
using theory::FreshLabels;
using theory::FreshRows;

constexpr double most_steps = 256;  ///< of a repeated fit; beyond, n costs no more than that

/// What theory follows from fit to fit.
struct State {
    ErrorMoments moments;
    ExactChain exact;
};

/// One ridge's fits, equivalents that occur again being computed once.
class Fits {
  public:
    Fits(const Nodes& nodes, std::size_t ridge) : nodes_(&nodes), ridge_(ridge) {}

    /// Fit number t, labelled by what `before` describes.
    State after(const State& before, const Fit& fit, double t)
    {
        const Part part(fit, t);
        State after{equivalent(part.rows, ridge_of(fit)).after(before.moments, part.labels), before.exact};
        if (part.is_one_block())
            after.exact.fit(part.rows[0].rows, ridge_of(fit) / part.rows[0].weight, part.labels[0].noise, part.labels[0].before);
        else after.exact.forget();
        return after;
    }

    /// What fits like this one come to.
    State limit(const State& truth, const Fit& fit)
    {
        const Part part(fit, infinite);
        State limit{equivalent(part.rows, ridge_of(fit)).limit(truth.moments, part.labels), truth.exact};
        if (part.is_one_block())
            limit.exact.fit_for_ever(part.rows[0].rows, ridge_of(fit) / part.rows[0].weight, part.labels[0].noise,
                                     part.labels[0].before);
        else limit.exact.forget();
        return limit;
    }

    /// n times one fit on labels of the model before.
    State repeated(const State& truth, const Fit& fit, double n) const
    {
        const Part part(fit, 1);
        const double T = part.rows[0].rows, lambda = ridge_of(fit) / part.rows[0].weight, noise = part.labels[0].noise;
        State state{theory::RepeatedFit(*nodes_, T, lambda, noise).after(n), truth.exact};
        state.exact.fit_repeatedly(T, lambda, noise, n);
        return state;
    }

  private:
    /// A fit as theory sees it.
    struct Part {
        Part(const Fit& fit, double t)
        {
            for (const Use& use : present_uses(fit)) {
                rows.push_back({use.block.rows, use.weight * use.block.rows});
                FreshLabels label{.before = share_of(use.labels.models, t - 1), .noise = noise_variance(use.labels)};
                if (t == 0) label.before = 0;  // the truth
                for (const Share& share : use.labels.teachers) {
                    const auto number = static_cast<std::size_t>(share.of);
                    if (label.teachers.size() <= number) label.teachers.resize(number + 1, 0.0);
                    label.teachers[number] += share.share;
                }
                labels.push_back(std::move(label));
            }
        }

        bool is_one_block() const
        {
            return rows.size() == 1 && std::ranges::all_of(labels[0].teachers, [](double share) { return share == 0; });
        }

        std::vector<FreshRows> rows;
        std::vector<FreshLabels> labels;
    };

    double ridge_of(const Fit& fit) const { return fit.ridges[ridge_]; }

    const FreshFit& equivalent(const std::vector<FreshRows>& rows, double lambda)
    {
        std::vector<double> key{lambda};
        for (const FreshRows& block : rows) key.insert(key.end(), {block.rows, block.weight});
        const auto found = known_.find(key);
        return found != known_.end() ? found->second : known_.emplace(key, FreshFit(*nodes_, rows, lambda)).first->second;
    }

    const Nodes* nodes_;
    std::size_t ridge_;
    std::map<std::vector<double>, FreshFit> known_;
};

/// Fits of generations, described once for all ridges.
class Described {
  public:
    explicit Described(const Scheme& scheme) : scheme_(&scheme) {}

    const Fit& operator()(double t)
    {
        constexpr double most_kept = 4096;
        if (!(t < most_kept)) return far_ = scheme_->generation(t);
        while (static_cast<double>(fits_.size()) <= t) fits_.push_back(scheme_->generation(static_cast<double>(fits_.size())));
        return fits_[static_cast<std::size_t>(t)];
    }

  private:
    const Scheme* scheme_;
    std::vector<Fit> fits_;
    Fit far_{};
};

/// The chain of generations for one ridge, at increasing n.
class Generations {
  public:
    Generations(const Scheme& scheme, Described& described, const Nodes& nodes, std::size_t ridge)
        : described_(&described),
          fits_(nodes, ridge),
          truth_{ErrorMoments::of_truth(nodes, teacher_moments(scheme, nodes)), ExactChain(nodes)},
          repeated_(is_repeated_fit(scheme)),
          state_(truth_)
    {
    }

    /// After fits 0 .. count - 1; count may be infinite, and any number where all fits are the same.
    const State& after(double count)
    {
        if (count <= 0) return truth_;
        if (std::isinf(count)) {
            if (!limit_) limit_ = fits_.limit(truth_, (*described_)(infinite));
            return *limit_;
        }
        if (repeated_ && (count > most_steps || count != std::floor(count)))
            return far_.emplace(fits_.repeated(truth_, (*described_)(0), count));
        for (; made_ < count; ++made_) {
            before_ = std::move(state_);
            state_ = fits_.after(before_, (*described_)(made_), made_);
        }
        return made_ == count ? state_ : before_;
    }

  private:
    Described* described_;
    Fits fits_;
    State truth_;
    bool repeated_;
    State state_, before_ = state_;
    double made_ = 0;
    std::optional<State> limit_, far_;
};

}  // namespace

void predict_fresh(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result)
{
    const bool student = static_cast<bool>(scheme.evaluated);
    const bool shared = student && !scheme.generation(0).swept;  // one chain of generators for all ridges
    const bool endless = std::isfinite(scheme.repeats_from);
    std::vector<Fits> students;
    for (const std::size_t i : ridges) students.emplace_back(nodes, i);
    Described described(scheme);
    std::map<double, Fit> evaluated;
    for (const double n : row.distinct_generations())
        if (student) evaluated[n] = scheme.evaluated(n);
    std::optional<Generations> chain;
    for (std::size_t k = 0; k < ridges.size(); ++k) {
        const std::size_t i = ridges[k];
        if (k > 0 && shared) break;
        chain.emplace(scheme, described, nodes, i);
        for (const double n : row.distinct_generations()) {
            if (std::isinf(n) && !endless) continue;
            const auto enter = [&](std::size_t ridge, const State& state, const Errors& generator) {
                for (std::size_t j = 0; j < row.generations.size(); ++j) {
                    if (row.generations[j] != n) continue;
                    result(ridge, j) = {state.moments.errors(nodes), state.exact.test_error()};
                    if (n > 0) result(ridge, j).asymptotic.generator_error = generator.test_error;
                }
            };
            if (!student) {
                const Errors generator = chain->after(n).moments.errors(nodes);
                enter(i, chain->after(n + 1), generator);
                continue;
            }
            const State& generator = chain->after(n);
            const Errors errors = generator.moments.errors(nodes);
            for (std::size_t other = k; other < (shared ? ridges.size() : k + 1); ++other)
                enter(ridges[other], students[other].after(generator, evaluated.at(n), n), errors);
        }
    }
}

}  // namespace collapse::protocol
