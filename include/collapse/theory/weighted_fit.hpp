#pragma once

#include <vector>

#include "collapse/problem/spectrum.hpp"

namespace collapse::theory {

using numerics::Array;
using problem::Nodes;

/// Rows of one block in a fit.
struct WeightedRows {
    double rows;           ///< that take part: p_b T_b >= 0
    double weight;         ///< a_b > 0 of every squared residual
    std::size_t spectrum;  ///< number of their spectrum
};

/// One weighted ridge fit by itself, w = argmin sum_b a_b sum_i (y_i - x_i.w)^2 + lambda |w|^2, on Gaussian rows of one or several
/// spectra s_g (THEORY section 8):
///   s = sum_g m_g s_g with m_g = sum of rows_b k_b over the blocks of that spectrum, sum_g m_g = 1,
///   R = 1 / (kappa + s),  chi_g = sum_j s_gj R_j,  k_b = a_b / (c + a_b chi_g),  c kappa = lambda.
/// c = 0 for the minimum norm on fewer rows than dimensions, kappa = 0 for least squares on more. With one spectrum chi is df1(kappa),
/// and R, k are the resolvent and the residuals in units in which a small ridge costs no digits.
struct WeightedFit {
    /// spectra [groups] of [nodes], `cost` [groups] the same times the nodes' weights; rank: number of directions in which rows of the
    /// fit have a variance. lambda >= 0.
    WeightedFit(const std::vector<Array>& spectra, const std::vector<Array>& cost, const Array& weight, double rank,
                const std::vector<WeightedRows>& blocks, double lambda);

    double rows = 0;            ///< of all blocks
    double kappa = 0;           ///< effective ridge
    bool at_threshold = false;  ///< lambda = 0 on exactly as many rows as dimensions: noise is amplified without bound
    int spectrum = -1;          ///< of all rows, -1 if they have several, or there are none
    Array resolvent;            ///< R; 0 in directions that no row has, where the ridge is none
    Array loss;                 ///< kappa R, without cancellation; 1 in directions that no row has
    std::vector<double> chi;    ///< [groups]
    std::vector<double> pull;   ///< k [blocks]
    std::vector<double> theta;  ///< share of its residual by which a row moves the fit, a chi / (c + a chi) [blocks]
    std::vector<double> rest;   ///< 1 - theta, without cancellation [blocks]
    /// 1 - sum_j (s R)^2 sum_b rows_b k_b^2: (T - df2) / T for equal weights. Without cancellation for one spectrum.
    double remaining = 1;

  private:
    void solve_one(const Array& s, const Array& cost, const Array& weight, double rank, const std::vector<WeightedRows>& blocks,
                   double lambda);
    void solve_several(const std::vector<Array>& spectra, const std::vector<Array>& cost, double rank,
                       const std::vector<WeightedRows>& blocks, double lambda);
    void finish(const std::vector<Array>& spectra, const std::vector<Array>& cost, const Array& weight,
                const std::vector<WeightedRows>& blocks);

    double scale_ = 0;            ///< c
    std::vector<double> shares_;  ///< m [groups]
};

}  // namespace collapse::theory
