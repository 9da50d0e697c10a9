#pragma once

#include <array>
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
    noise = 3,      ///< label noise
    subsample = 5,  ///< choice of rows
};

/// A place in the table of one purpose. All below 2^31.
struct Place {
    std::uint64_t kind = 0;        ///< of rows, or number of a teacher
    std::uint64_t generation = 0;  ///< of rows, or number of a fit
    std::uint64_t source = 0;      ///< of noise
};

/// The random numbers of one replicate of one row of the grid. They depend on (key, replicate, purpose, place) alone, never on the rank, the order or the rest of the grid.
class Draws {
  public:
    Draws(const Key& key, std::uint64_t replicate) : key_(key), replicate_(replicate) {}

    /// An independent stream for one purpose and place.
    Engine stream(Purpose purpose, Place place = {}) const;

  private:
    Key key_;
    std::uint64_t replicate_;
};

/// The words that an engine would give from its next block on, sixteen at a time, which takes two thirds of the time. Afterwards
/// the engine goes on behind the last of them, so that up to fifteen are never used.
class WordsAhead {
  public:
    explicit WordsAhead(Engine& engine) : engine_(&engine) {}
    std::uint64_t operator()()
    {
        if (next_ == words_.size()) draw();
        return words_[next_++];
    }

  private:
    void draw();

    Engine* engine_;
    std::array<std::uint64_t, 16> words_{};
    std::size_t next_ = words_.size();
};

/// Independent N(0, 1) numbers (Boost's ziggurat: the same on every standard library).
void fill_normal(Engine& engine, std::span<double> values);

/// sqrt of a chi-squared number with `degrees` > 0 degrees of freedom (any real number).
double chi(Engine& engine, double degrees);

}  // namespace collapse::rng
