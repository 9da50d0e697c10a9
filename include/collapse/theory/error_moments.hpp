#pragma once

#include "collapse/problem/errors.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

namespace collapse::theory {

/// Second moments of the weights w of one generation, as errors e = w - w0, diagonal in the eigenbasis [nodes].
/// THEORY section 4 tracks A = E[w^2], C = E[w w0]; here F = A - 2C + w0^2 and H = C - w0^2, so that a small bias is never the
/// difference of large numbers.
struct ErrorMoments {
    Array error2;  ///< F = E[e_j^2] of the noise-free chain
    Array cross;   ///< H = E[e_j w0_j]
    Array noise;   ///< B = E[rest_j^2], the part caused by label noise

    /// w = w0: no error.
    static ErrorMoments of_truth(const Nodes& nodes);

    /// bias = sum s F, variance = sum s B.
    problem::Errors errors(const Nodes& nodes) const;
};

/// Bias part of a fit on the true labels: E[((M - 1) w0)^2] = (1 - h)^2 w0^2 + spill(w0^2), h the shrinkage.
Array clean_error2(const RidgeEquivalent& fit);

/// The weights fitted on T fresh rows with labels X (w0 + q e) + noise of variance `noise_variance`, where e has the moments
/// `before`: a share q of an earlier generation's error.
/// From M e q + (M - 1) w0, with diag E[M x y' (M - 1)'] = -h (1 - h) x y + spill(x y):
///   F' = q^2 push(F) + 2 q (spill(H) - h (1 - h) H) + clean_error2
///   H' = q h H - (1 - h) w0^2
///   B' = q^2 push(B) + noise_variance u
ErrorMoments after_fit(const RidgeEquivalent& fit, const ErrorMoments& before, double noise_variance, double q = 1);

}  // namespace collapse::theory
