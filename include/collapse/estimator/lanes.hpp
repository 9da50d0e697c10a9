#pragma once

#include <span>
#include <vector>

#include "collapse/estimator/covariates.hpp"

/// Small matrices of eight replicates side by side, so that every operation on an entry is one of eight lanes: at d = 10 a call
/// of a BLAS costs more than its work. What one lane gives depends on no other, and that of a column on no other column.
namespace collapse::estimator {

using numerics::Matrix;
using numerics::Vector;

inline constexpr Index abreast = 8;
using Lanes = Eigen::Array<double, abreast, 1>;

/// Eight matrices of one shape.
class LaneMatrix {
  public:
    LaneMatrix() = default;
    LaneMatrix(Index rows, Index columns);  ///< of zeros

    Index rows() const { return rows_; }
    Index columns() const { return columns_; }
    Lanes& operator()(Index i, Index j) { return values_[static_cast<std::size_t>(i * stride_ + j)]; }
    const Lanes& operator()(Index i, Index j) const { return values_[static_cast<std::size_t>(i * stride_ + j)]; }
    /// Puts a matrix (or one of its columns) into a lane.
    void put(Index lane, const Eigen::Ref<const Matrix>& matrix, Index first_column = 0);
    void add(Index column, double share, const LaneMatrix& other, Index of_column);
    bool same(Index column, Index other) const;  ///< whether two columns are equal, in all lanes

    static constexpr Index tile = 4;  ///< columns that are worked on together; a row is padded to a multiple of them

  private:
    Index rows_ = 0, columns_ = 0, stride_ = 0;
    std::vector<Lanes, Eigen::aligned_allocator<Lanes>> values_;
};

/// A B, A' B; where `lower`, A has zeros above its diagonal.
LaneMatrix product(const LaneMatrix& a, const LaneMatrix& b, bool lower = false);
LaneMatrix transposed_product(const LaneMatrix& a, const LaneMatrix& b, bool lower = false);

/// Adds A' A to the lower triangle of a sum.
void add_gram(LaneMatrix& sum, const LaneMatrix& a);

/// The lower triangle of A A' for lower triangular A.
LaneMatrix lower_outer_product(const LaneMatrix& a);

/// The Cholesky factor of A + shift, of which the lower triangle is given; lanes that are not positive definite get NaN.
void cholesky(LaneMatrix& symmetric, double shift = 0);

/// X := L^-1 X, X := L'^-1 X.
void solve_lower(const LaneMatrix& factor, LaneMatrix& right);
void solve_upper(const LaneMatrix& factor, LaneMatrix& right);

/// Designs of one block in up to eight replicates, each from its own engine: B = X' / sqrt(T) [d x m], as Covariates::design()
/// gives it.
LaneMatrix designs(const Covariates& covariates, std::span<rng::Engine> engines, const Vector& eigenvalues, Index T,
                   const problem::Choices& choices);

/// The same of Covariates::least_squares_noise(), so many after each other [d x copies].
LaneMatrix least_squares_noises(const Covariates& covariates, std::span<rng::Engine> engines, const Vector& eigenvalues, Index T,
                                Index copies, const problem::Choices& choices);

}  // namespace collapse::estimator
