#include <algorithm>

#include <Eigen/LU>

#include "chain_state.hpp"
#include "node_sum.hpp"

namespace collapse::theory {

/// P and (1 - P diag(slope))^-1 of the pair (t, u): an unknown x of every group depends on itself by x = x0 + P diag(slope) x.
void ChainState::couple(std::size_t u, const Shared& shared)
{
    const std::size_t t = last();
    const auto G = static_cast<Index>(groups());
    Coupling& coupling = couplings[u];
    coupling.present = true;
    coupling.P.resize(G, G);
    for (Index g = 0; g < G; ++g)
        for (Index h = 0; h <= g; ++h)
            coupling.P(g, h) = coupling.P(h, g) =
                (cost[static_cast<std::size_t>(g)] * pulled[static_cast<std::size_t>(h)] * fits[u].scales.resolvent).sum();
    const int one = fits[t].scales.spectrum == fits[u].scales.spectrum ? fits[t].scales.spectrum : -1;
    const double left = one >= 0 ? remaining(u, static_cast<std::size_t>(one), shared) : 1;
    coupling.endless = left == 0 || (t == u && fits[t].scales.at_threshold);
    if (coupling.endless) return;
    if (G == 1) {
        coupling.inverse.setConstant(1, 1, 1 / left);
        return;
    }
    Matrix A = Matrix::Identity(G, G);
    for (Index h = 0; h < G; ++h) A.col(h) -= coupling.P.col(h) * slope[static_cast<std::size_t>(h)][u];
    if (one >= 0) A(one, one) = left;
    coupling.inverse = A.inverse();
}

/// 1 - sum_j h_t h_u sum_b T_b p_t theta_t p_u theta_u / (df1_t df1_u) without cancellation: since sum_j h_t (h_u + l_u) = df1_t and
/// sum_b T_b p_u theta_u = df1_u, it is alpha + beta - alpha beta,
///   alpha = sum_j h_t l_u / df1_t,   beta = sum_b T_b p_u theta_u (1 - p_t theta_t) / df1_u, over all blocks of u.
double ChainState::remaining(std::size_t u, std::size_t group, const Shared& shared) const
{
    const ChainFit &ft = fits[last()], &fu = fits[u];
    if (u == last()) return ft.scales.remaining;
    if (ft.df1 == 0 || fu.df1 == 0) return 1;
    const double alpha = (weight * pulled[group] * fu.scales.loss).sum() / ft.df1;
    const double apart = shared.blocks < fu.blocks.size() ? fu.df1 - shared.taken : 0, beta = (shared.left + apart) / fu.df1;
    return alpha + beta * (1 - alpha);
}

/// For u = t - 1 .. 0, with everything of (t, r > u) known:
///   G_tu = chi_tu - sum_s C_ts chi_su,   K_tu = -p_t k_t sum_r G_tr K_ru,   M_tu = sum_b T_b (K_tu - sum_r K_tr C_ru),
///   R_tu = -R_tt sum_g s_g sum_{u <= r < t} M_g,tr R_ru,   chi_g,tu = sum_j s_gj R_tu,
/// affine in chi_tu, which comes back with the factor P diag(slope).
void ChainState::respond()
{
    const std::size_t t = last();
    ChainFit& fit = fits[t];
    const Index nodes = weight.size();
    fit.response.resize(nodes, static_cast<Index>(t) + 1);
    fit.response.col(static_cast<Index>(t)) = fit.scales.resolvent;
    for (std::size_t g = 0; g < groups(); ++g) {
        chi[g].at(t, t) = fit.scales.chi[g];
        pulled[g] = s[g] * fit.scales.resolvent;
    }

    // What row t of K has contributed to M through labels: K_tr C_ru for the r that are done.
    std::vector<std::vector<double>> constant(groups(), std::vector<double>(t + 1, 0));
    const auto pass_on = [&](const ChainBlock& block, const ChainBlock::Use& of, double K) {
        for (const auto& [model, share] : block.labels[of.labels].models) constant[block.spectrum][model] -= block.rows * K * share;
    };
    std::vector<std::size_t> next(fit.blocks.size());  // uses of each block that are not done
    for (std::size_t i = 0; i < fit.blocks.size(); ++i) {
        ChainBlock& block = blocks[fit.blocks[i]];
        ChainBlock::Use& own = block.uses.back();
        next[i] = block.uses.size() - 1;
        own.feedback.assign(block.uses.size(), 0);
        own.feedback.back() = fit.scales.chi[block.spectrum];
        own.residuals.assign(1, own.pulled());
        slope[block.spectrum][t] += block.rows * own.share * own.pull * own.pull;
        M[block.spectrum][t] += block.rows * own.pulled();
        pass_on(block, own, own.pulled());
    }
    couple(t, {});

    NodeSum sum(nodes);
    Eigen::VectorXd solved(static_cast<Index>(groups()));
    std::vector<double> K0(fit.blocks.size()), x(groups());
    for (std::size_t u = t; u-- > 0;) {
        Shared shared;
        for (std::size_t i = 0; i < fit.blocks.size(); ++i) {
            ChainBlock& block = blocks[fit.blocks[i]];
            if (next[i] == 0 || block.uses[next[i] - 1].fit != u) continue;
            const std::size_t at = next[i] - 1;
            ChainBlock::Use &own = block.uses.back(), &other = block.uses[at];
            double G0 = 0;
            for (const auto& [model, share] : block.labels[own.labels].models)
                if (model >= u) G0 -= share * chi[block.spectrum].at(model, u);
            own.feedback[at] = G0;
            double seen = G0 * other.residuals[0];
            for (std::size_t r = at + 1; r + 1 < block.uses.size(); ++r) seen += own.feedback[r] * other.residuals[r - at];
            K0[i] = -own.pulled() * seen;
            constant[block.spectrum][u] += block.rows * K0[i];
            slope[block.spectrum][u] += block.rows * own.pulled() * other.pulled();
            const double taken = block.rows * other.share * other.theta;
            shared.taken += taken;
            shared.left += taken * ((1 - own.share) + own.share * own.rest);
            ++shared.blocks;
        }
        couplings[u].present = false;
        if (shared.blocks > 0) couple(u, shared);
        auto column = fit.response.col(static_cast<Index>(u)).array();
        column.setZero();
        bool none = true;
        for (std::size_t g = 0; g < groups(); ++g) {
            sum.clear();
            for (std::size_t r = u + 1; r < t; ++r) sum.add(M[g][r], fits[r].response.col(static_cast<Index>(u)).data());
            sum.add(constant[g][u], fits[u].response.col(static_cast<Index>(u)).data());
            if (sum.empty()) continue;
            none = false;
            column -= pulled[g] * sum.value();
        }
        for (std::size_t g = 0; g < groups(); ++g) x[g] = none ? 0 : (cost[g] * column).sum();
        if (couplings[u].endless && couplings[u].present) std::ranges::fill(x, 0.0);
        else if (couplings[u].present && !none) {
            solved.noalias() = couplings[u].inverse * Eigen::Map<const Eigen::VectorXd>(x.data(), static_cast<Index>(groups()));
            for (std::size_t g = 0; g < groups(); ++g) {
                x[g] = solved[static_cast<Index>(g)];
                if (slope[g][u] != 0) column += (slope[g][u] * x[g]) * pulled[g] * fits[u].scales.resolvent;
            }
        }
        for (std::size_t g = 0; g < groups(); ++g) {
            chi[g].at(t, u) = x[g];
            M[g][u] = constant[g][u] - slope[g][u] * x[g];
        }
        for (std::size_t i = 0; i < fit.blocks.size(); ++i) {
            ChainBlock& block = blocks[fit.blocks[i]];
            if (next[i] == 0 || block.uses[next[i] - 1].fit != u) continue;
            ChainBlock::Use &own = block.uses.back(), &other = block.uses[--next[i]];
            own.feedback[next[i]] += x[block.spectrum];
            const double K = K0[i] - own.pulled() * other.pulled() * x[block.spectrum];
            other.residuals.push_back(K);
            pass_on(block, other, K);
        }
    }
}

}  // namespace collapse::theory
