#pragma once

#include <vector>

#include "collapse/estimator/design.hpp"
#include "collapse/support/meter.hpp"

namespace collapse::estimator {

using support::Meter;

/// Ridge fits on blocks of rows, in the eigenbasis of their Gram matrix: what label noise does to the weights on average takes
/// O(m^2) a ridge there. Block b weighs a_b on its mean squared residual, labels are y_b on its rows:
///   w = P (L + ridge)^-1 sum_b E_b y_b.
/// As long as all rows together are no more than d, R = [sqrt(a_1) B_1, sqrt(a_2) B_2, ..] [d x m], R' R = U L U', P = R U and
/// E_b is sqrt(a_b) U_b', U_b the block's rows of U; beyond that sum_b a_b B_b B_b' = U L U' [d x d], P = U and E_b = a_b U' B_b.
/// Labels of weights v are met through E_b B_b' v = W_b v, unit noise of the labels as noise of covariance E_b E_b' / T_b.
class SpectralFit {
  public:
    SpectralFit(std::vector<Design> blocks, const std::vector<double>& weights, Meter& meter);

    const Matrix& directions() const { return directions_; }    ///< P [d x m]
    const Vector& eigenvalues() const { return eigenvalues_; }  ///< L >= 0 [m], ascending

    /// (L + ridge)^-1 for every ridge [m x ridges]; NaN if that is singular to working precision.
    Matrix filters(const std::vector<double>& ridges) const;

    /// sum_b W_b v_b [m x c] for the weights v_b [d x c] that label block b.
    Matrix coordinates(const std::vector<Matrix>& weights) const;
    /// sum_b share_b W_b [m x d].
    Matrix label_map(const std::vector<double>& shares) const;
    /// sum_b variance_b E_b E_b' / T_b [m x m]; [m x 1], its diagonal, if there is one block, for which it is diagonal.
    Matrix noise(const std::vector<double>& variances) const;

  private:
    struct Block {
        Matrix labels;  ///< W_b [m x d]; empty: P'
        Matrix noise;   ///< E_b E_b' [m x m]; empty: the identity
        double T;
    };
    Vector eigenvalues_;
    Matrix directions_;
    std::vector<Block> blocks_;
};

}  // namespace collapse::estimator
