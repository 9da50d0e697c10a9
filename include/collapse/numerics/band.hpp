#pragma once

#include "collapse/numerics/types.hpp"

namespace collapse::numerics {

/// K = Q B Q' with B symmetric of half the bandwidth w and Q orthogonal, in factored form. What a shift needs is then O(m w^2), and
/// unlike a reduction to three diagonals, half of whose operations wait for memory, all of this one is products of matrices.
class BandReduction {
  public:
    static constexpr Index width = 32;  ///< w; from 24 to 64 the reduction takes the same time

    /// Consumes the lower triangle of K [m x m]; 4/3 m^3 operations, and m (4 w + 1) numbers beside K.
    explicit BandReduction(Matrix symmetric);

    /// Q' C and Q C in place for C [m x c]: 4 m^2 c operations. The bits of a column do not depend on those beside it.
    void into(Matrix& columns) const;
    void out_of(Matrix& columns) const;

    /// L [w + 1 x m] with L L' = B + shift, as the band is kept; NaN if there is none.
    Matrix factored(double shift) const;

    /// Solves (B + shift) X = C in place, by the factor for the shift.
    static void solve(const Matrix& factor, Matrix& right_hand_sides);
    void solve(double shift, Matrix& right_hand_sides) const { solve(factored(shift), right_hand_sides); }

    /// B: number i - j, j is that of row i and column j >= i - w, in the rest is nothing [w + 1 x m].
    const Matrix& band() const { return band_; }

  private:
    void reduce(Index first);

    Matrix reflectors_;  ///< below the band, one panel of w columns after the other: V of Q_k = 1 - V S V'
    Matrix scales_;      ///< the S [w x m]
    Matrix band_;
};

/// Eigenvalues of a symmetric matrix and what columns are along its eigenvectors: all that a spectral measure asks for.
struct SpectralMeasure {
    Vector values;  ///< ascending [m]
    Matrix along;   ///< U' C [m x c]; the sign of a row means nothing
};

/// Consumes the lower triangle of K [m x m]: by a band, then three diagonals, whose rotations go on to C [m x c]. No eigenvector is
/// formed: 4/3 m^3 operations and 8 m^2 bytes, where divide and conquer takes 4 m^3 and more, and 24 m^2. Throws SystemFailure if the
/// iteration does not end, as for NaN.
SpectralMeasure spectral_measure(Matrix symmetric, Matrix columns);

}  // namespace collapse::numerics
