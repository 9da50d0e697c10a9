#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::problem {

/// Theory for d = inf is good for sample sizes up to this one.
constexpr double largest_sample = 1e30;

/// Terms before this one are taken by themselves.
double first_term_of_quadrature(double beta);

/// Places j in a spectrum and how many eigendirections each stands for [nodes]; places need not be whole.
struct IndexQuadrature {
    numerics::Array index, weight;
};

/// Sums over j = 1..d of functions of j^-beta and j^-alpha (d = inf allowed) with about a hundred nodes, to a relative 1e-13
/// (THEORY section 7): d > 250 and twice the first term that is not taken by itself; for d = inf beta > 1 and alpha + beta > 1.
///   1. the first few dozen directly;
///   2. the others, from edge = first - 1/2 to d + 1/2, as an integral over log j by Gauss-Legendre panels, which are short
///      because s/(s + kappa) has poles at a distance pi/beta from the real axis of log j;
///   3. what a sum has besides its integral, at both ends by central differences, D^-1 - (2 sinh D/2)^-1 =
///      delta/24 - 17 delta^3/5760 + 367 delta^5/967680 - 27859 delta^7/464486400 (Euler-Maclaurin);
///   4. d = inf: panels up to where s/kappa has sunk below 1e-16 for every sample size up to largest_sample; there all sums go like those
///      of j^-beta or of j^-(alpha+beta), and one node is exact for both.
IndexQuadrature index_quadrature(double d, double beta, double alpha);

}  // namespace collapse::problem
