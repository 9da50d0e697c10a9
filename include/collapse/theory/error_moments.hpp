#pragma once

#include <vector>

#include "collapse/problem/errors.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

namespace collapse::theory {

/// Second moments of the weights w of one generation, as errors e = w - w0, diagonal in the eigenbasis [nodes].
/// THEORY section 4 tracks A = E[w^2], C = E[w w0]; here F = A - 2C + w0^2 and H = C - w0^2, so that a small bias is never the
/// difference of large numbers. Other teachers differ from the truth by vectors delta_k, uncorrelated with it and each other.
struct ErrorMoments {
    Array error2;                        ///< F = E[e_j^2] of the noise-free chain
    Array cross;                         ///< H = E[e_j w0_j]
    Array noise;                         ///< B = E[rest_j^2], the part caused by label noise
    std::vector<Array> with_teachers{};  ///< E[e_j delta_kj]
    std::vector<Array> teachers{};       ///< E[delta_kj^2]

    /// w = w0: no error. `teachers`: the second moments of the others' delta.
    static ErrorMoments of_truth(const Nodes& nodes, std::vector<Array> teachers = {});

    /// bias = sum s F, variance = sum s B.
    problem::Errors errors(const Nodes& nodes) const;
};

/// Bias part of a fit on the true labels: E[((M - 1) w0)^2] = (1 - h)^2 w0^2 + spill(w0^2), h the shrinkage.
Array clean_error2(const RidgeEquivalent& fit);

}  // namespace collapse::theory
