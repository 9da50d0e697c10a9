#pragma once

#include <vector>

#include "collapse/problem/errors.hpp"
#include "collapse/theory/label_chain.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

/// Generations that are all fitted on one design (THEORY section 4.4).
namespace collapse::theory {

/// Errors of every (finite) number of generations, in the order given, for lambda >= 0. Least squares and minimum norm have M = 1
/// on the rows: bias as in generation 0, variance G_t(1) times that of unit noise. lambda > 0: fixed_design_contour.
std::vector<problem::Errors> fixed_design_errors(const Nodes& nodes, double T, double lambda, const LabelRule& rule,
                                                 const LabelNoise& noise, const std::vector<double>& generations);

/// G_t(1) for every number of generations: the noise variance of labels where fits reproduce them.
std::vector<double> label_noise(const LabelRule& rule, const LabelNoise& noise, const std::vector<double>& generations);

/// The limit of G_t(1) for labels real_t = w, copy_t = 1 - w; infinite for w = 0 with synthetic noise.
double label_noise_limit(double w, const LabelNoise& noise);

/// fixed_design_errors for lambda > 0 by a contour integral, to a relative 1e-10. `refinement` >= 1 multiplies the number of
/// nodes.
std::vector<problem::Errors> fixed_design_contour(const Nodes& nodes, double T, double lambda, const LabelRule& rule,
                                                  const LabelNoise& noise, const std::vector<double>& generations,
                                                  double refinement = 1);

/// The limit of infinitely many generations of labels real_t = w, copy_t = 1 - w, for lambda >= 0. With kappa1 = kappa(lambda /
/// w), kappa2 = kappa(lambda / (2 - w)):
///   bias: that of ridge lambda / w (w = 0: of predicting zero, and the variance its limit, kappa1 ~ lambda / w),
///   variance: v / (w (2 - w)) S / (1 - S),  S = (1/T) sum_j s_j^2 / ((s_j + kappa1) (s_j + kappa2)),
/// v the variance that is new in each generation; real labels that are fixed have the variance of ridge lambda / w instead.
/// S / (1 - S) / (w (2 - w)) is (kappa1 df1(kappa1) - kappa2 df1(kappa2)) / (2 (1 - w) lambda T) without its cancellation,
/// because kappa df1(kappa) = T (kappa - lambda) and so (kappa1 - kappa2) (1 - S) = lambda / w - lambda / (2 - w).
problem::Errors fixed_design_limit(const Nodes& nodes, double T, double lambda, double w, const LabelNoise& noise);

}  // namespace collapse::theory
