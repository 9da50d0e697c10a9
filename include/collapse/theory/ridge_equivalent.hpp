#pragma once

#include "collapse/problem/spectrum.hpp"

/// Deterministic equivalents in the proportional limit (THEORY section 3), evaluated on the nodes of a spectrum.
namespace collapse::theory {

using numerics::Array;
using problem::Nodes;

/// Effective ridge: the root kappa >= 0 of kappa (1 - df1(kappa) / T) = lambda, with df1(kappa) = sum_j s_j / (s_j + kappa).
/// lambda = 0 gives 0 for T >= d, and df1(kappa) = T for T < d. T > 0, lambda >= 0.
double effective_ridge(const Nodes& nodes, double T, double lambda);

/// One ridge fit on T fresh rows. With the hat operator M = (Shat + lambda)^-1 Shat:
///   E M = diag(shrinkage),  diag E[M v v' M'] = push(diag E[v v']) for v independent of the rows,
///   unit label noise gives weights of variance unit_noise.
/// At lambda = 0 and T = d unit_noise is infinite and push the identity.
class RidgeEquivalent {
  public:
    RidgeEquivalent(const Nodes& nodes, double T, double lambda);

    /// diag E[M v v' M'] from second = diag E[v v'], both [nodes].
    Array push(const Array& second) const;

    /// unit_noise sum_k kappa^2 s_k x_k / (s_k + kappa)^2: what push adds to shrinkage^2 x.
    Array spill(const Array& x) const;

    const Nodes& nodes() const { return *nodes_; }
    double kappa() const { return kappa_; }
    double df1() const { return df1_; }
    double df2() const { return df2_; }
    double spare() const { return spare_; }                  ///< T - df2, without cancellation; 0 for lambda = 0 and T = d
    const Array& shrinkage() const { return shrinkage_; }    ///< h_j = s_j / (s_j + kappa)
    const Array& loss() const { return loss_; }              ///< 1 - h_j = kappa / (s_j + kappa), without cancellation
    const Array& unit_noise() const { return unit_noise_; }  ///< u_j = s_j / ((s_j + kappa)^2 (T - df2))

  private:
    const Nodes* nodes_;
    double kappa_, df1_, df2_, spare_;
    Array shrinkage_, loss_, unit_noise_;
};

}  // namespace collapse::theory
