#include <cmath>
#include <limits>

#include "chain_state.hpp"
#include "node_sum.hpp"

namespace collapse::theory {

/// E e_t = -loss_t w0 + R_tt sum_g s_g (m_g,t delta - sum_{r < t} M_g,tr E e_r),  m_g = sum_b T_b K_b c_b.
void ChainState::average()
{
    const std::size_t t = last();
    ChainFit& fit = fits[t];
    const auto F = static_cast<Index>(vectors());
    fit.mean = Matrix::Zero(weight.size(), F);
    std::vector<std::vector<double>> m(groups(), std::vector<double>(vectors(), 0));
    for (const std::size_t b : fit.blocks) {
        const ChainBlock& block = blocks[b];
        for (std::size_t i = 0; i < block.uses.size(); ++i) {
            const double K = block.uses[i].residuals[block.uses.size() - 1 - i];
            for (std::size_t f = 1; f < vectors(); ++f)
                m[block.spectrum][f] += block.rows * K * block.labels[block.uses[i].labels].teachers[f];
        }
    }
    NodeSum sum(weight.size());
    for (Index f = 0; f < F; ++f) {
        auto mean = fit.mean.col(f).array();
        for (std::size_t g = 0; g < groups(); ++g) {
            sum.clear();
            for (std::size_t r = 0; r < t; ++r) sum.add(-M[g][r], fits[r].mean.col(f).data());
            if (!sum.empty()) mean += s[g] * sum.value();
            if (m[g][static_cast<std::size_t>(f)] != 0) mean += s[g] * m[g][static_cast<std::size_t>(f)];
        }
        mean *= fit.scales.resolvent;
        if (f == 0) mean -= fit.scales.loss;
    }
    fit.dual = Matrix::Zero(weight.size(), F);
    for (Index f = 0; f < F; ++f)
        for (Index h = 0; h < F; ++h) {
            const Array& shared = second[static_cast<std::size_t>(f)][static_cast<std::size_t>(h)];
            if (shared.size() > 0) fit.dual.col(h).array() += weight * shared * fit.mean.col(f).array();
        }
    fit.fixed.assign(groups(), std::vector<double>(vectors(), 0));
    for (std::size_t g = 0; g < groups(); ++g)
        for (Index f = 0; f < F; ++f) fit.fixed[g][static_cast<std::size_t>(f)] = (s[g] * fit.dual.col(f).array()).sum();
}

namespace {

/// Of E z_t z_u, z_t = [(I - C) e]_t - c_t delta - noise_t: what the fixed vectors and the noise add to (I - C) Q (I - C)'.
double label_moment(const ChainState& state, const ChainBlock& block, const ChainBlock::Use& one, const ChainBlock::Use& other,
                    Part part)
{
    const LabelRow &a = block.labels[one.labels], &b = block.labels[other.labels];
    if (part == noise) return noise_covariance(a, b);
    // [(I - C) E e f']_t
    const auto seen = [&](const ChainBlock::Use& use, const LabelRow& row, std::size_t f) {
        double sum = state.fits[use.fit].fixed[block.spectrum][f];
        for (const auto& [model, share] : row.models) sum -= share * state.fits[model].fixed[block.spectrum][f];
        return sum;
    };
    double sum = 0;
    for (std::size_t f = 1; f < state.vectors(); ++f) {
        if (b.teachers[f] != 0) sum -= seen(one, a, f) * b.teachers[f];
        if (a.teachers[f] == 0) continue;
        sum -= a.teachers[f] * seen(other, b, f);
        for (std::size_t h = 1; h < state.vectors(); ++h) sum += a.teachers[f] * state.quad[block.spectrum][f][h] * b.teachers[h];
    }
    return sum;
}

double dot(const std::vector<double>& a, const std::vector<double>& b, std::size_t count)
{
    using Map = Eigen::Map<const Eigen::VectorXd>;
    return count == 0 ? 0 : Map(a.data(), static_cast<Index>(count)).dot(Map(b.data(), static_cast<Index>(count)));
}

}  // namespace

/// For u = 0 .. t, with everything of (t, r < u) known:
///   Y_tu = E z_t z_u over rows of a block, affine in Q_tu with the factor 1,
///   E z_t e_u = p_u k_u (Y_tu - sum_{r < u} G_ur E z_t e_r),   E e_t e_u = p_t k_t (E z_t e_u - sum_{r < t} G_tr E e_r e_u),
///   E e_t^2 = p_t k_t^2 (Y_tt - 2 sum_r G_tr E z_t e_r + sum_rv G_tr E e_r e_v G_tv),
///   D_tu = sum_b T_b E e_t e_u,
///   S_tu = R_tt sum_g s_g (sum_{r <= u} D_g,tr R_ur - sum_{r < t} M_g,tr S_ru),   Q_g,tu = sum_j s_gj S_tu + the means' part,
/// affine in each other: Q = (1 - P diag(slope))^-1 (Q0 + P D0), D = D0 + slope Q.
void ChainState::spread(Part part)
{
    const std::size_t t = last(), G = groups();
    ChainFit& fit = fits[t];
    const Index nodes = weight.size();
    Matrix& S = fit.second[part];
    S.resize(nodes, static_cast<Index>(t) + 1);

    for (const std::size_t b : fit.blocks) {
        ChainBlock& block = blocks[b];
        ChainBlock::Moments& moments = block.moments[part];
        moments.labels.assign(block.uses.size(), 0);
        moments.seen.assign(block.uses.size(), 0);
        moments.unanswered.assign(block.uses.size(), 0);
        moments.error.assign(t + 1, 0);
        moments.residuals.emplace_back(block.uses.size(), 0.0);
        fit.infinite[part] = fit.infinite[part] ||
                             (part == noise && fit.scales.at_threshold &&
                              noise_covariance(block.labels[block.uses.back().labels], block.labels[block.uses.back().labels]) > 0);
        for (const auto& [model, share] : block.labels[block.uses.back().labels].models)
            fit.infinite[part] = fit.infinite[part] || fits[model].infinite[part];
    }

    NodeSum sum(nodes);
    std::vector<std::vector<double>> D(G, std::vector<double>(t + 1, 0));
    std::vector<std::size_t> next(fit.blocks.size(), 0);
    Eigen::VectorXd D0(static_cast<Index>(G)), Q0(static_cast<Index>(G)), solved(static_cast<Index>(G));
    for (std::size_t u = 0; u <= t; ++u) {
        ChainFit& other_fit = fits[u];
        // 1. What D has without Q_tu.
        D0.setZero();
        double scale = 0;  // of what cancels in D0
        for (std::size_t i = 0; i < fit.blocks.size(); ++i) {
            ChainBlock& block = blocks[fit.blocks[i]];
            const std::size_t count = block.uses.size() - 1;
            if (next[i] > count || block.uses[next[i]].fit != u) continue;
            const std::size_t at = next[i];
            ChainBlock::Moments& moments = block.moments[part];
            const ChainBlock::Use &own = block.uses.back(), &other = block.uses[at];
            const PairTable& q = Q[part][block.spectrum];
            double Y = label_moment(*this, block, own, other, part);
            for (const auto& [model, share] : block.labels[own.labels].models) Y -= share * q(model, u);
            if (u == t) scale += own.share * own.pull * own.pull * block.rows * std::abs(Y);
            for (const auto& [model, share] : block.labels[other.labels].models) Y -= share * moments.error[model];
            moments.unanswered[at] = Y - dot(other.feedback, moments.labels, at);
            double& D0g = D0[static_cast<Index>(block.spectrum)];
            if (u < t) {
                moments.seen[at] = dot(own.feedback, moments.residuals[at], count);
                D0g += block.rows * own.pulled() * (other.pulled() * moments.unanswered[at] - moments.seen[at]);
            } else {
                moments.unanswered[at] = Y - 2 * dot(own.feedback, moments.labels, count) + dot(own.feedback, moments.seen, count);
                D0g += block.rows * own.share * own.pull * own.pull * moments.unanswered[at];
            }
        }
        // 2. What Q has without D_tu.
        auto column = S.col(static_cast<Index>(u)).array();
        column.setZero();
        bool none = true;
        for (std::size_t g = 0; g < G; ++g) {
            sum.clear();
            for (std::size_t r = 0; r < u; ++r) sum.add(D[g][r], other_fit.response.col(static_cast<Index>(r)).data());
            for (std::size_t r = 0; r < t; ++r)
                sum.add(-M[g][r], fits[std::max(r, u)].second[part].col(static_cast<Index>(std::min(r, u))).data());
            if (sum.empty()) continue;
            none = false;
            column += pulled[g] * sum.value();
        }
        for (std::size_t g = 0; g < G; ++g) {
            double& q = Q0[static_cast<Index>(g)];
            q = none ? 0 : (cost[g] * column).sum();
            for (Index f = 0; f < fit.mean.cols() && part == signal; ++f)
                q += (s[g] * fit.dual.col(f).array() * other_fit.mean.col(f).array()).sum();
        }
        // 3. Both.
        solved = Q0;
        if (couplings[u].present) {
            if (couplings[u].endless) {  // no residual has no effect, and any other an infinite one
                double residual = 0;
                for (std::size_t g = 0; g < G; ++g) {
                    const double own = slope[g][u] * Q0[static_cast<Index>(g)];
                    residual += D0[static_cast<Index>(g)] + own;
                    scale += std::abs(own);
                    D0[static_cast<Index>(g)] = -own;
                }
                if (u == t && std::abs(residual) > 1e-10 * scale) fit.infinite[part] = true;
            } else {
                solved.noalias() = couplings[u].inverse * (Q0 + couplings[u].P * D0);
            }
            for (std::size_t g = 0; g < G; ++g) {
                D[g][u] = D0[static_cast<Index>(g)] + slope[g][u] * solved[static_cast<Index>(g)];
                if (D[g][u] != 0) column += D[g][u] * pulled[g] * other_fit.scales.resolvent;
            }
        }
        for (std::size_t g = 0; g < G; ++g) Q[part][g].at(t, u) = solved[static_cast<Index>(g)];
        // 4. What depends on them in each block.
        for (std::size_t i = 0; i < fit.blocks.size(); ++i) {
            ChainBlock& block = blocks[fit.blocks[i]];
            ChainBlock::Moments& moments = block.moments[part];
            const ChainBlock::Use& own = block.uses.back();
            const PairTable& q = Q[part][block.spectrum];
            if (block.copies) {
                double error = q(t, u);
                for (const auto& [model, share] : block.labels[own.labels].models) error -= share * q(model, u);
                moments.error[u] = error;
            }
            if (next[i] >= block.uses.size() || block.uses[next[i]].fit != u) continue;
            const std::size_t at = next[i]++;
            const double full = moments.unanswered[at] + q(t, u);
            if (u < t) {
                moments.labels[at] = block.uses[at].pulled() * full;
                const double E = own.pulled() * (moments.labels[at] - moments.seen[at]);
                moments.residuals[at].push_back(E);
                moments.residuals.back()[at] = E;
            } else {
                moments.residuals.back()[at] = own.share * own.pull * own.pull * full;
            }
        }
    }
}

}  // namespace collapse::theory
