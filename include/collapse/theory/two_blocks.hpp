#pragma once

#include "collapse/theory/error_moments.hpp"
#include "collapse/theory/rank_one_map.hpp"

namespace collapse::theory {

/// A block of rows in a fit: their number and the weight of their mean squared residual. Rows may be a fraction; a block without
/// rows or weight is absent.
struct Block {
    double rows = 0;
    double weight = 0;
    bool present() const { return rows > 0 && weight > 0; }
};

/// One ridge fit on two blocks of fresh rows, of real and of synthetic labels:
///   w' = argmin  a1/T1 |y1 - X1 w|^2 + a2/T2 |y2 - X2 w|^2 + lambda |w|^2,  y1 = X1 w0 + noise, y2 = X2 w + noise.
///
/// Equivalents, by leaving out one row at a time: row i of block b moves the fit by a share theta_b = alpha_b delta / (1 +
/// alpha_b delta) of its residual, alpha_b = a_b / T_b, delta = tr Sigma R, R the mean resolvent. With df1, df2, h of the
/// effective ridge kappa,
///   T1 theta_1 + T2 theta_2 = df1(kappa),   lambda delta = kappa df1(kappa),
///   f_b = T_b theta_b / df1 (so f_1 + f_2 = 1),   rho_b = f_b^2 / T_b,   l = 1 - h,   g = f_2 h,
///   mean of the new error:  m = g e - l w0,
///   its spread:             [h / (s + kappa)] (rho_1 r_1 + rho_2 r_2) / (1 - (rho_1 + rho_2) df2),
/// where r_1 = sum_j s_j E m_j^2 + sigma^2 and r_2 = sum_j s_j E (e_j - m_j)^2 + sigma0^2 are the mean squared residuals of rows
/// that are left out. Equal weights of all rows (theta_1 = theta_2) give protocol `partial` [GBS] as THEORY section 4.3 states
/// it.
class TwoBlocks {
  public:
    /// At least one block is present.
    TwoBlocks(const Nodes& nodes, Block real, Block synthetic, double lambda);

    /// The fit on synthetic labels of a model with the moments `before`.
    ErrorMoments after(const ErrorMoments& before, double real_noise, double synthetic_noise) const;

    /// The fixed point of `after`; infinite if generations diverge.
    ErrorMoments limit(double real_noise, double synthetic_noise) const;

    double kappa() const { return kappa_; }

  private:
    Array spread(double residual) const;
    Array bias_source(const Array& cross) const;
    double noise_residual(double real_noise, double synthetic_noise) const;

    const Nodes* nodes_;
    double kappa_;
    double rho1_ = 0, rho2_ = 0;
    Array kept_;    ///< g
    Array passed_;  ///< 1 - g
    Array loss_;    ///< l
    Array share_;   ///< the new error's spread of a unit mean squared residual
    RankOneMap map_;
};

}  // namespace collapse::theory
