#pragma once

#include "collapse/numerics/types.hpp"

/// The few dense kernels the estimators are made of, on BLAS and LAPACK. Only the lower triangle of a symmetric matrix is read
/// and written. Products and solutions with several columns go by kernels of our own or in blocks of a fixed width, so that the bits
/// of a column do not depend on how many columns stand beside it: a larger grid changes no old number.
namespace collapse::numerics {

/// B' B [m x m] of a lower trapezoidal B [d x m], d >= m: about m^2 (d - 2m/3) multiplications.
Matrix lower_gram(const Matrix& lower_trapezoidal);

/// B' B [m x m] of any B [d x m].
Matrix gram(const Matrix& matrix);

/// sum [d x d] += B B' for B [d x m].
void add_outer_gram(Matrix& sum, const Matrix& matrix);

/// The lower triangular L [d x d] with L L' = B B' for B [d x m], m >= d (LQ factorisation).
Matrix lower_triangle(Matrix matrix);

/// Cholesky factor in the lower triangle, in place; NaN everywhere if the matrix is singular to working precision, so that
/// whatever is computed from it is NaN too.
void cholesky(Matrix& symmetric);

/// Solves (L L') X = B in place, L from cholesky().
void cholesky_solve(const Matrix& factor, Matrix& right_hand_sides);

/// L^-1 for the lower triangle L [m x m], whose upper one is left as it is; NaN if it is singular.
Matrix lower_inverse(Matrix triangle);

/// L B for the lower triangle L [m x m] and B [m x c], by the BLAS (a third of the time of dtrsm there).
Matrix lower_product(const Matrix& triangle, Matrix right);

/// A B for A [r x s], B [s x c]: every entry the plain sum in ascending order.
Matrix multiply(const Matrix& a, const Matrix& b);

/// A' B for A [s x r], B [s x c].
Matrix multiply_transposed(const Matrix& a, const Matrix& b);

/// A B and A' B by the BLAS, faster for whole matrices; not for columns of which a larger grid has more.
Matrix product(const Matrix& a, const Matrix& b);
Matrix product_transposed(const Matrix& a, const Matrix& b);

/// K = U diag(values) U' of a symmetric matrix; NaN if there is no such thing.
struct EigenDecomposition {
    Vector values;   ///< ascending [m]
    Matrix vectors;  ///< U [m x m]
};

/// Consumes the lower triangle of K [m x m]: divide and conquer, about three times the time of a Tridiagonalisation.
EigenDecomposition eigen_decomposition(Matrix symmetric);

/// K = Q H Q' with H symmetric tridiagonal and Q orthogonal; Q stays in factored form.
class Tridiagonalisation {
  public:
    /// Consumes the lower triangle of K [m x m]; 4/3 m^3 multiplications and additions.
    explicit Tridiagonalisation(Matrix symmetric);

    /// B Q for B [d x m], in place: 2 d m^2 multiplications and additions.
    void apply_from_right(Matrix& matrix) const;

    /// Solves (H + shift) X = B in place by H + shift = L D L', O(m) a column; NaN if that is not positive definite.
    void solve(double shift, Matrix& right_hand_sides) const;

    const Vector& diagonal() const { return diagonal_; }
    const Vector& off_diagonal() const { return off_diagonal_; }

  private:
    Matrix reflectors_;
    Vector diagonal_, off_diagonal_, scales_;
};

}  // namespace collapse::numerics
