#pragma once

#include "collapse/numerics/byte_products.hpp"
#include "collapse/numerics/types.hpp"

namespace collapse::data {

using numerics::EachColumn;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

/// Some rows x of p features, one a column, for whoever wants to know how near they are to others. Rows that came as bytes u,
/// x = scale (u - mean), are compared as bytes, which is faster and rounds less: means cancel, and products of bytes are exact.
class Rows {
  public:
    Rows(Matrix values);  // NOLINT(google-explicit-constructor): numbers are rows
    /// `mean` [p] for bytes [p x m].
    Rows(numerics::ByteMatrix bytes, const Vector& mean, double scale);

    Index count() const { return has_bytes() ? bytes_.cols() : values_.cols(); }
    Index features() const { return has_bytes() ? bytes_.rows() : values_.rows(); }

    /// The rows themselves [p x m].
    Matrix values() const;

    /// x_i . y_j [m x n], and then what `each` makes of them, of these and the following.
    Matrix products(const Rows& others, const EachColumn& each = {}) const;
    /// |x_i - y_j|^2 [m x n].
    Matrix squared_distances(const Rows& others, const EachColumn& each = {}) const;
    /// sum_k |x_ik - y_jk| [m x n].
    Matrix absolute_distances(const Rows& others, const EachColumn& each = {}) const;

    /// The same of the rows with each other [m x m]; only the lower triangle counts.
    Matrix products(const EachColumn& each = {}) const;
    Matrix squared_distances(const EachColumn& each = {}) const;
    Matrix absolute_distances(const EachColumn& each = {}) const;

  private:
    bool has_bytes() const { return bytes_.size() > 0; }
    /// Products of the values that are kept: bytes less 128, or numbers.
    Matrix raw_products(const Rows& others, const EachColumn& each) const;
    Matrix raw_products(const EachColumn& each) const;
    EachColumn products_then(const Rows& others, const EachColumn& each) const;
    EachColumn distances_then(const Rows& others, const EachColumn& each) const;
    /// mean . u of bytes less 128.
    Vector along_mean() const;

    Matrix values_;
    numerics::ByteMatrix bytes_;
    Vector squared_norms_;  ///< of the values that are kept, exact for bytes
    Vector mean_;           ///< of bytes less 128
    double scale_ = 1;
};

}  // namespace collapse::data
