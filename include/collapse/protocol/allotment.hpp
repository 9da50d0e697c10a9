#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "collapse/protocol/course.hpp"
#include "collapse/rng/draws.hpp"

namespace collapse::protocol {

using numerics::Index;

/// Which of N rows are whose in a replicate: a random order of all rows is dealt to blocks, each row at most once in a chain of fits.
///
/// Blocks of generations take theirs from the front, generation after generation; the test rows, and then the blocks of evaluated
/// models alone, from the back. So a longer chain, or one more number of generations, changes no block's rows. Evaluated models of
/// different numbers of generations may have rows in common: none labels another's.
class Allotment {
  public:
    /// For all chains of up to `last` generations.
    Allotment(const Scheme& scheme, double last, Index test);

    /// Rows that are needed at least.
    Index rows() const { return front_ + back_; }
    /// The same in words: `13000 (2000 to test, 11000 in 11 blocks of generations, ...)`.
    std::string describe() const;

    /// A random order of N >= rows() rows.
    static std::vector<Index> order(const rng::Draws& draws, Index N);

    /// The rows of a block, and those to test on, in such an order.
    std::span<const Index> rows_of(const problem::Block& block, std::span<const Index> order) const;
    std::span<const Index> test_rows(std::span<const Index> order) const;

  private:
    struct Place {
        Index first, count;
        bool from_back;
    };
    std::map<BlockKey, Place> places_;
    Index test_, front_ = 0, back_ = 0, generation_blocks_ = 0;
};

}  // namespace collapse::protocol
