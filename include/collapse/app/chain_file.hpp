#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collapse/problem/scheme.hpp"
#include "collapse/problem/spectrum.hpp"

namespace collapse::app {

/// One chain of fits, described in full. With d directions, N fits, F other teachers and blocks b of rows:
///
///   { "d": 60, "alpha": 1.2, "beta": 1,            power laws, signal 1; or "eigenvalues" [d], "coefficients" [d] (of the truth)
///     "ridge": [N], "deltas": [F][d],              deltas: by which other teachers differ from the truth; optional
///     "blocks": [ { "T": rows, "a": [N], "C": [N][N], "noise": [N][N],     and, optional, "p": [N], "c": [N][F], "eigenvalues": [d] } ] }
///
/// Fit t minimises sum_b a_t sum (y - x.w)^2 + ridge_t |w|^2 over the part p_t of each block's rows, with labels
/// y = x.w0 + sum_s C[t][s] x.(w_s - w0) + sum_k c[t][k] x.delta_k + noise of covariance noise[t][u] between fits t and u.
struct ChainFile {
    problem::Nodes nodes;    ///< all d of them
    numerics::Array truth;   ///< w0 [d]
    problem::Scheme scheme;  ///< fits 0 .. fits - 1
    std::size_t fits = 0;
    std::vector<double> rows;  ///< [fits] that take part
};

/// `drawn`: it is to be simulated, so that rows are whole and a share p of T rows is round(p T) of them.
/// Throws InvalidInput: one sentence with the block, the fit and the value.
ChainFile read_chain(const std::filesystem::path& path, bool drawn);

}  // namespace collapse::app
