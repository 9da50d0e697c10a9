#pragma once

#include <vector>

#include "collapse/problem/errors.hpp"
#include "collapse/theory/label_chain.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

/// Generations that are all fitted on one design (THEORY section 4.4). `first_noise`: variance of the labels of generation 0.
namespace collapse::theory {

/// Errors of every (finite) number of generations, in the order given, for lambda >= 0. Least squares and minimum norm have M = 1
/// on the rows: bias as in generation 0, variance G_t(1) times that of unit noise. lambda > 0: fixed_design_contour for t > 0.
std::vector<problem::Errors> fixed_design_errors(const Nodes& nodes, double T, double lambda, const LabelRule& rule,
                                                 double first_noise, const std::vector<double>& generations);

/// G_t(1) for every number of generations: the noise variance of labels where fits reproduce them.
std::vector<double> label_noise(const LabelRule& rule, double first_noise, const std::vector<double>& generations);

/// fixed_design_errors for lambda > 0 by a contour integral, to a relative 1e-10. `refinement` >= 1 multiplies the number of
/// nodes.
std::vector<problem::Errors> fixed_design_contour(const Nodes& nodes, double T, double lambda, const LabelRule& rule,
                                                  double first_noise, const std::vector<double>& generations,
                                                  double refinement = 1);

/// The limit of G_t(1) for one step again and again, keep = 0; infinite where noise adds up for ever, NaN for |copy| > 1.
double label_noise_limit(const LabelStep& step, double first_noise);

/// The limit of infinitely many generations of one step, keep = 0, w = 1 - copy in [0, 2), for lambda >= 0 (NaN for other w). With
/// kappa1 = kappa(lambda / w), kappa2 = kappa(lambda / (2 - w)):
///   bias: that of ridge lambda / w (w = 0: of predicting zero, and the variance its limit, kappa1 ~ lambda / w),
///   variance: v / (w (2 - w)) S / (1 - S),  S = (1/T) sum_j s_j^2 / ((s_j + kappa1) (s_j + kappa2)),
/// v the variance that is new in each generation; labels of generation 0 that are kept, a share `first`, add (first / w)^2 times
/// the variance of ridge lambda / w. S / (1 - S) / (w (2 - w)) is (kappa1 df1(kappa1) - kappa2 df1(kappa2)) / (2 (1 - w) lambda T)
/// without its cancellation, because kappa df1(kappa) = T (kappa - lambda) and so (kappa1 - kappa2) (1 - S) = lambda / w -
/// lambda / (2 - w).
problem::Errors fixed_design_limit(const Nodes& nodes, double T, double lambda, const LabelStep& step, double first_noise);

}  // namespace collapse::theory
