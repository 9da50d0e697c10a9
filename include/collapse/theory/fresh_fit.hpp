#pragma once

#include <vector>

#include "collapse/theory/error_moments.hpp"

namespace collapse::theory {

/// Rows of one fit that no other fit uses: their number, which may be a fraction, and the weight of their mean squared residual.
struct FreshRows {
    double rows;
    double weight;
};

/// How they are labelled: x.(w0 + before e + sum_k teachers_k delta_k) + noise, e the error of the model before.
struct FreshLabels {
    double before = 0;
    std::vector<double> teachers{};  ///< shares of other teachers; may be shorter than their list
    double noise = 0;                ///< variance
};

/// One ridge fit on blocks of fresh rows,
///   w' = argmin  sum_b a_b / T_b |y_b - X_b w|^2 + lambda |w|^2.
///
/// Equivalents, by leaving out one row at a time: row i of block b moves the fit by a share theta_b = alpha_b delta / (1 +
/// alpha_b delta) of its residual, alpha_b = a_b / T_b, delta = tr Sigma R, R the mean resolvent. With df1, df2, h of the
/// effective ridge kappa and l = 1 - h,
///   sum_b T_b theta_b = df1(kappa),   lambda delta = kappa df1(kappa),
///   f_b = T_b theta_b / df1 (so that they sum to 1),   rho_b = f_b^2 / T_b,
///   q = sum_b f_b q_b,   c_k = sum_b f_b c_bk     (q_b, c_bk: shares of the labels)
///   mean of the new error:  m = q h e - l w0 + h sum_k c_k delta_k,
///   residual of block b:    r_b = (q_b l + (q_b - q) h) e + l w0 + sum_k (c_bk l + (c_bk - c_k) h) delta_k,
///   its spread:             [h / (s + kappa)] sum_b rho_b (sum_j s_j E r_bj^2 + noise_b) / (1 - sum_b rho_b df2),
/// the last being the mean squared residuals of rows that are left out. One block is THEORY section 4.1 and 4.2; equal weights of
/// all rows (theta_b equal) give protocol `partial` [GBS] as section 4.3 states it.
class FreshFit {
  public:
    /// At least one block; every block has rows and a weight > 0. lambda >= 0.
    FreshFit(const Nodes& nodes, const std::vector<FreshRows>& rows, double lambda);

    /// The fit on labels of a model with the moments `before`; `labels`: one a block.
    ErrorMoments after(const ErrorMoments& before, const std::vector<FreshLabels>& labels) const;

    /// The fixed point of `after` for error moments without other teachers' `second` moments changing; infinite if generations
    /// diverge. `truth`: error moments of no error, which know the other teachers.
    ErrorMoments limit(const ErrorMoments& truth, const std::vector<FreshLabels>& labels) const;

  private:
    /// Shares of `labels` in the whole fit, and of their residuals.
    struct Mixture;
    Mixture mixture_of(const std::vector<FreshLabels>& labels) const;
    Array spread(double residual) const;
    Array bias_source(const Mixture& mixture, const Array& cross, const std::vector<Array>& with_teachers,
                      const std::vector<Array>& teachers) const;

    const Nodes* nodes_;
    std::vector<double> part_;      ///< f_b
    std::vector<double> residual_;  ///< rho_b
    double kappa_;
    Array shrinkage_, loss_;  ///< h, l
    Array share_;             ///< the new error's spread of a unit mean squared residual
};

}  // namespace collapse::theory
