#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "collapse/data/numbers.hpp"
#include "collapse/data/rows.hpp"

namespace collapse::data {

/// What of the numbers beside the rows is to be learnt.
enum class Target { digit, parity, onehot, value };

/// The target called `name`. Throws InvalidInput that names the choices.
Target target_called(const std::string& name);

/// Rows and their targets. Rows are centred and scaled to a mean squared norm of 1, targets to mean 0 and variance 1, summed over the
/// outputs: predicting zero costs 1. Rows that came as bytes are kept as bytes. All of it lies in one piece of memory, which several
/// processes may look at.
class Dataset {
  public:
    /// `rows` [N x ...], `labels` [N] or, for Target::value, [N x outputs]. Throws InvalidInput if they do not fit, are constant or
    /// are no classes; the messages name data.rows and data.targets.
    Dataset(const Numbers& rows, const Numbers& labels, Target target);

    /// What another one has packed.
    explicit Dataset(std::shared_ptr<const char> packed);
    std::span<const char> packed() const { return {memory_.get(), size_in_memory()}; }

    Index size() const { return static_cast<Index>(header().rows); }          ///< N
    Index features() const { return static_cast<Index>(header().features); }  ///< p
    Index outputs() const { return static_cast<Index>(header().outputs); }
    Index constant_features() const { return static_cast<Index>(header().constant); }  ///< how many are the same in all rows
    bool holds_bytes() const { return header().bytes_a_value == 1; }
    std::size_t size_in_memory() const { return rows_offset() + header().rows * header().features * header().bytes_a_value; }

    /// The rows of these numbers.
    Rows rows(std::span<const Index> numbers) const;
    /// Their targets [m x outputs].
    Matrix targets(std::span<const Index> numbers) const;

    /// Names the numbers themselves, whatever file they came from.
    std::uint64_t digest() const { return header().digest; }

  private:
    /// Followed by the mean row [p] and the targets [outputs x N] as doubles, and the raw rows, one after the other.
    struct Header {
        std::uint64_t rows, features, bytes_a_value, outputs, constant, digest;
        double scale;
    };
    const Header& header() const { return *reinterpret_cast<const Header*>(memory_.get()); }
    const double* mean() const { return reinterpret_cast<const double*>(memory_.get() + sizeof(Header)); }
    const double* targets() const { return mean() + header().features; }
    std::size_t rows_offset() const
    {
        return sizeof(Header) + sizeof(double) * (header().features + header().outputs * header().rows);
    }

    std::shared_ptr<const char> memory_;
};

}  // namespace collapse::data
