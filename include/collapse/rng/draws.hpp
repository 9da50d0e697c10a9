#pragma once

#include <cstdint>
#include <span>

#include <Random123/philox.h>
#include <Random123/conventional/Engine.hpp>

#include "collapse/rng/key.hpp"

namespace collapse::rng {

/// Philox 4x64-10 [Salmon et al., SC 2011]: counter-based, so a stream is a place in a table and not a history.
using Engine = r123::Engine<r123::Philox4x64>;

/// What random numbers are drawn for. Append, never renumber: the numbers of every published file depend on it.
enum class Purpose : std::uint32_t {
    teacher = 1,    ///< random teacher coefficients
    design = 2,     ///< covariates
    noise = 3,      ///< label noise of the evaluated model, or of real labels
    synthetic = 4,  ///< label noise of synthetic labels
    subsample = 5,  ///< choice of rows
};

/// The random numbers of one replicate of one row of the grid. They depend on (key, replicate, purpose, generation) alone,
/// never on the rank, the order or the rest of the grid.
class Draws {
  public:
    Draws(const Key& key, std::uint64_t replicate) : key_(key), replicate_(replicate) {}

    /// An independent stream for one purpose in one generation.
    Engine stream(Purpose purpose, std::uint64_t generation = 0) const;

  private:
    Key key_;
    std::uint64_t replicate_;
};

/// Independent N(0, 1) numbers (Boost's ziggurat: the same on every standard library).
void fill_normal(Engine& engine, std::span<double> values);

/// sqrt of a chi-squared number with `degrees` > 0 degrees of freedom (any real number).
double chi(Engine& engine, double degrees);

}  // namespace collapse::rng
