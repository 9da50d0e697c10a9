#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "collapse/data/numbers.hpp"
#include "collapse/numerics/types.hpp"

namespace collapse::data {

using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

/// What of the numbers beside the rows is to be learnt.
enum class Target { digit, parity, onehot, value };

/// The target called `name`. Throws InvalidInput that names the choices.
Target target_called(const std::string& name);

/// Rows and their targets. Rows are centred and scaled to a mean squared norm of 1, targets to mean 0 and variance 1, summed over the
/// outputs: predicting zero costs 1. Rows that came as bytes are kept as bytes.
class Dataset {
  public:
    /// `rows` [N x ...], `labels` [N] or, for Target::value, [N x outputs]. Throws InvalidInput if they do not fit, are constant or
    /// are no classes; the messages name data.rows and data.targets.
    Dataset(Numbers rows, const Numbers& labels, Target target);

    Index size() const { return static_cast<Index>(rows_.rows()); }         ///< N
    Index features() const { return static_cast<Index>(rows_.columns()); }  ///< p
    Index outputs() const { return targets_.rows(); }
    Index constant_features() const { return constant_; }  ///< how many features are the same in all rows

    /// The rows of these numbers, one a column [p x m].
    Matrix rows(std::span<const Index> numbers) const;
    /// Their targets [m x outputs].
    Matrix targets(std::span<const Index> numbers) const;

    /// Names the numbers themselves, whatever file they came from.
    std::uint64_t digest() const { return digest_; }

    /// All of it, for another process, and back.
    std::string packed() const;
    static std::shared_ptr<const Dataset> unpacked(const std::string& bytes);

  private:
    Dataset() = default;
    void centre_rows();

    Numbers rows_;
    Matrix targets_;  ///< [outputs x N]
    Vector mean_;     ///< [p]
    double scale_ = 1;
    Index constant_ = 0;
    std::uint64_t digest_ = 0;
};

}  // namespace collapse::data
