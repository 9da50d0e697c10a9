#include "collapse/theory/chain_equivalent.hpp"

#include <algorithm>
#include <limits>

#include "chain_state.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::theory {

using numerics::infinite;

/// Directions in which some rows of these vary.
double ChainState::rank(const std::vector<WeightedRows>& rows) const
{
    Array used = Array::Zero(weight.size());
    for (const WeightedRows& block : rows) used += s[block.spectrum];
    const double unused = (used > 0).select(0, weight).sum();
    return unused > 0 ? dimension - unused : dimension;
}

/// 1. the blocks of the fit, its labels and shares of rows
/// 2. its effective ridge
void ChainState::begin(const problem::Fit& fit, double ridge)
{
    support::ensure(ridge >= 0, "a ridge is not negative");
    const std::size_t t = fits.size();
    double all = 0;
    for (const problem::Use& use : fit.uses) all += use.block.rows;
    const double part = fit.subsample > 0 ? fit.subsample / all : 1;

    std::vector<WeightedRows> rows;
    std::vector<std::size_t> used, labelled;
    std::vector<std::pair<int, double>> made;
    for (const problem::Use& use : fit.uses) {
        const std::pair<int, double> name{use.block.kind, use.block.generation};
        const auto [found, fresh] = names.try_emplace(name, blocks.size());
        if (fresh) {
            support::ensure(use.block.spectrum >= 0 && static_cast<std::size_t>(use.block.spectrum) < groups(),
                            "a block's spectrum is given");
            blocks.push_back({use.block.rows, static_cast<std::size_t>(use.block.spectrum), {}, {}, {}, {}});
            made.push_back(name);
        }
        ChainBlock& block = blocks[found->second];
        const std::size_t row = block.label(t, use.labels, vectors());
        labelled.push_back(found->second);
        const double share = fit.subsample > 0 ? part : use.share;
        support::ensure(use.weight >= 0 && share >= 0 && share <= 1 + 1e-12, "weights and shares of rows are not negative");
        if (use.weight == 0 || share == 0 || block.rows == 0) continue;
        support::ensure(block.uses.empty() || block.uses.back().fit != t, "a fit uses a block once");
        rows.push_back({block.rows * share, use.weight, block.spectrum});
        used.push_back(found->second);
        block.uses.push_back({t, row, share, 0, 0, 1, {}, {}});
    }
    fits.push_back({WeightedFit(s, cost, weight, rank(rows), rows, ridge), used, labelled, made});
    ChainFit& added = fits.back();
    for (std::size_t i = 0; i < used.size(); ++i) {
        ChainBlock::Use& use = blocks[used[i]].uses.back();
        use.pull = added.scales.pull[i];
        use.theta = added.scales.theta[i];
        use.rest = added.scales.rest[i];
        added.df1 += rows[i].rows * use.theta;
    }
    for (PairTable& table : chi) table.add_row();
    for (auto& tables : Q)
        for (PairTable& table : tables) table.add_row();
    M.assign(groups(), std::vector<double>(t + 1, 0));
    slope = M;
    couplings.resize(t + 1);
    pulled.resize(groups());
}

void ChainState::drop()
{
    const std::size_t t = last();
    for (const std::size_t b : fits[t].labelled) blocks[b].drop(t);
    for (std::size_t i = fits[t].made.size(); i-- > 0;) {
        names.erase(fits[t].made[i]);
        blocks.pop_back();
    }
    fits.pop_back();
    for (PairTable& table : chi) table.drop_row();
    for (auto& tables : Q)
        for (PairTable& table : tables) table.drop_row();
}

ChainEquivalent::ChainEquivalent(const Nodes& nodes, const std::vector<Array>& spectra, const SecondMoments& fixed)
    : state_(std::make_unique<ChainState>())
{
    // Directions in which no rows vary: they count nowhere.
    Array varied = nodes.eigenvalue;
    for (const Array& other : spectra) {
        support::ensure(other.size() == varied.size(), "every spectrum has the nodes of the test distribution");
        varied += other;
    }
    std::vector<Index> kept;
    for (Index j = 0; j < varied.size(); ++j)
        if (varied[j] > 0) kept.push_back(j);
    ChainState& state = *state_;
    const Array weight = nodes.weight;
    state.weight = weight(kept);
    const double lost = (varied > 0).select(0, weight).sum();
    state.dimension = lost > 0 ? nodes.dimension() - lost : nodes.dimension();
    state.s.emplace_back(nodes.eigenvalue(kept));
    for (const Array& other : spectra) state.s.emplace_back(other(kept));
    for (const Array& s : state.s) state.cost.emplace_back(state.weight * s);
    const std::size_t G = state.groups(), F = std::max<std::size_t>(1, fixed.size());
    state.second.assign(F, std::vector<Array>(F));
    state.second[0][0] = nodes.coefficient2(kept);
    for (std::size_t f = 1; f < F; ++f)
        for (std::size_t h = 0; h <= f; ++h)
            if (fixed[f][h].size() > 0) state.second[f][h] = state.second[h][f] = fixed[f][h](kept);
    state.quad.assign(G, std::vector<std::vector<double>>(F, std::vector<double>(F, 0)));
    for (std::size_t g = 0; g < G; ++g)
        for (std::size_t f = 0; f < F; ++f)
            for (std::size_t h = 0; h < F; ++h)
                if (state.second[f][h].size() > 0) state.quad[g][f][h] = (state.cost[g] * state.second[f][h]).sum();
    state.chi.resize(G);
    for (auto& tables : state.Q) tables.resize(G);
}

ChainEquivalent::~ChainEquivalent() = default;
ChainEquivalent::ChainEquivalent(ChainEquivalent&&) noexcept = default;
ChainEquivalent& ChainEquivalent::operator=(ChainEquivalent&&) noexcept = default;

/// 1. blocks, labels and effective ridge
/// 2. responses to the earlier fits
/// 3. the mean error, then second moments without and with label noise
problem::Errors ChainEquivalent::add(const problem::Fit& fit, double ridge)
{
    state_->begin(fit, ridge);
    state_->respond();
    state_->average();
    state_->spread(signal);
    state_->spread(noise);
    const std::size_t t = state_->last();
    const auto part = [&](Part which) { return state_->fits[t].infinite[which] ? infinite : state_->Q[which][0](t, t); };
    return {part(signal) + part(noise), part(signal), part(noise)};
}

void ChainEquivalent::drop_last() { state_->drop(); }

std::size_t ChainEquivalent::size() const { return state_->fits.size(); }

double ChainEquivalent::overlap(std::size_t t, std::size_t u) const
{
    for (const Part part : {signal, noise})
        if (state_->fits[t].infinite[part] || state_->fits[u].infinite[part])
            return t == u ? infinite : std::numeric_limits<double>::quiet_NaN();
    return state_->Q[signal][0](t, u) + state_->Q[noise][0](t, u);
}

ChainEquivalent::Facts ChainEquivalent::facts(std::size_t t) const
{
    const ChainFit& fit = state_->fits[t];
    return {fit.scales.rows, fit.scales.kappa, fit.df1, fit.scales.rows * fit.scales.remaining};
}

SecondMoments teacher_moments(const Nodes& nodes, const std::vector<problem::OtherTeacher>& teachers, const Array& truth)
{
    const double power = nodes.sum(nodes.eigenvalue * nodes.coefficient2);
    const Array first = truth.size() > 0 ? truth : Array(nodes.coefficient2.sqrt());
    const std::size_t F = teachers.size() + 1;
    SecondMoments moments(F, std::vector<Array>(F));
    moments[0][0] = nodes.coefficient2;
    for (std::size_t f = 1; f < F; ++f) {
        const problem::OtherTeacher& own = teachers[f - 1];
        if (own.delta.size() == 0) {
            moments[f][f] = nodes.coefficient2 * (own.distance / power);
            continue;
        }
        moments[f][0] = own.delta * first;
        for (std::size_t h = 1; h <= f; ++h)
            if (teachers[h - 1].delta.size() > 0) moments[f][h] = own.delta * teachers[h - 1].delta;
    }
    return moments;
}

}  // namespace collapse::theory
