#pragma once

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "chain_block.hpp"
#include "collapse/theory/chain_equivalent.hpp"
#include "collapse/theory/weighted_fit.hpp"

/// Any chain of fits (THEORY section 8): notation of chi, K, M, R, D, Q as there, in units of each fit's M_tt. Fits t, u, r, s; groups g, h
/// are the different spectra, 0 that of the test distribution.
namespace collapse::theory {

using numerics::Index;
using numerics::Matrix;

enum Part : std::size_t { signal, noise };  ///< what is left without label noise, and the rest

/// What later fits need of one fit.
struct ChainFit {
    WeightedFit scales;
    std::vector<std::size_t> blocks;           ///< in which it has rows
    std::vector<std::size_t> labelled;         ///< of which it knows labels
    std::vector<std::pair<int, double>> made;  ///< blocks that it was the first to know, by (kind, generation)
    double df1 = 0;
    Matrix response{};                         ///< R_tu [nodes x t + 1]
    Matrix mean{};                             ///< coefficients of the fixed vectors in E e_t [nodes x F]
    Matrix dual{};                             ///< weight sum_f second_fg mean_f [nodes x F]
    std::vector<std::vector<double>> fixed{};  ///< sum_j s_gj E e_tj f_j [groups][F]
    std::array<Matrix, 2> second{};            ///< E e_tj e_uj besides the means' [nodes x t + 1]
    std::array<bool, 2> infinite{};
};

struct ChainState {
    Array weight;                                        ///< of nodes where rows of any kind vary
    double dimension = 0;                                ///< their number
    std::vector<Array> s, cost;                          ///< [groups]: eigenvalues, and the same times weight
    SecondMoments second;                                ///< [F][F], both triangles
    std::vector<std::vector<std::vector<double>>> quad;  ///< sum_j s_gj E f_j h_j [groups][F][F]

    std::vector<ChainBlock> blocks;
    std::map<std::pair<int, double>, std::size_t> names;
    std::vector<ChainFit> fits;
    std::vector<PairTable> chi;               ///< [groups]
    std::array<std::vector<PairTable>, 2> Q;  ///< [groups]

    // Of the fit that is being added, t:
    std::vector<std::vector<double>> M;      ///< M_g,tu [groups][t + 1]
    std::vector<std::vector<double>> slope;  ///< sum_b T_b p_t k_t p_u k_u over the blocks of group g in both fits [groups][t + 1]
    /// What couples the pair (t, u), one a fit u.
    struct Coupling {
        bool present = false;  ///< any slope is not 0
        bool endless = false;  ///< at the interpolation threshold: 1 - P diag(slope) has no inverse
        Matrix P;              ///< P_gh = sum_j s_gj s_hj R_tt R_uu [groups x groups]
        Matrix inverse;        ///< (1 - P diag(slope))^-1
    };
    std::vector<Coupling> couplings;
    std::vector<Array> pulled;  ///< s_g R_tt [groups]

    std::size_t groups() const { return s.size(); }
    std::size_t vectors() const { return second.size(); }
    std::size_t last() const { return fits.size() - 1; }
    double rank(const std::vector<WeightedRows>& rows) const;

    void begin(const problem::Fit& fit, double ridge);
    void respond();          ///< chi, K, M and R of the last fit to all before
    void average();          ///< the mean of its error
    void spread(Part part);  ///< D and Q with all before
    void drop();

  private:
    /// Rows of fit u that fit t has as well, in units of their shares.
    struct Shared {
        std::size_t blocks = 0;
        double taken = 0;  ///< sum_b T_b p_u theta_u
        double left = 0;   ///< sum_b T_b p_u theta_u (1 - p_t theta_t)
    };
    void couple(std::size_t u, const Shared& shared);
    double remaining(std::size_t u, std::size_t group, const Shared& shared) const;
};

}  // namespace collapse::theory
