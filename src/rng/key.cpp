#include "collapse/rng/key.hpp"

#include <bit>

#include <Random123/threefry.h>

namespace collapse::rng {

Key::Key(std::uint64_t seed) { absorb(seed); }

// A keyed hash from a block cipher (Matyas, Meyer, Oseas): state <- cipher_state(block) xor block. The count of words in the
// block makes sequences of different length differ.
Key& Key::absorb(std::uint64_t word)
{
    const r123::Threefry2x64::ctr_type block{{word, ++absorbed_}};
    const r123::Threefry2x64::key_type state{{state_[0], state_[1]}};
    const auto cipher = r123::Threefry2x64{}(block, state);
    state_ = {cipher[0] ^ block[0], cipher[1] ^ block[1]};
    return *this;
}

Key& Key::absorb(double value) { return absorb(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value)); }

Key& Key::absorb(std::string_view text)
{
    absorb(static_cast<std::uint64_t>(text.size()));
    for (const char letter : text) absorb(static_cast<std::uint64_t>(static_cast<unsigned char>(letter)));
    return *this;
}

}  // namespace collapse::rng
