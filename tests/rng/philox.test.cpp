#include <catch2/catch.hpp>

#include "collapse/rng/draws.hpp"

using namespace collapse::rng;

namespace {

using Block = r123::Philox4x64::ctr_type;

Block philox(Block counter, r123::Philox4x64::key_type key) { return r123::Philox4x64{}(counter, key); }

}  // namespace

// tests/kat_vectors of Random123, entries `philox4x64 10`.
TEST_CASE("the generator gives the published known answers of Philox 4x64-10", "[rng]")
{
    CHECK(philox({{0, 0, 0, 0}}, {{0, 0}}) ==
          Block{{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}});
    CHECK(philox({{~0ul, ~0ul, ~0ul, ~0ul}}, {{~0ul, ~0ul}}) ==
          Block{{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}});
    CHECK(philox({{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89}},
                 {{0x452821e638d01377, 0xbe5466cf34e90c6c}}) ==
          Block{{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}});
}

TEST_CASE("a stream is the cipher of the counters (block, kind and purpose, source and generation, replicate) under its key",
          "[rng]")
{
    const Key key(42);
    Engine stream = Draws(key, 7).stream(Purpose::noise, {.kind = 5, .generation = 3, .source = 9});
    for (std::uint64_t block = 1; block <= 3; ++block) {
        const Block expected = philox(
            {{block, (std::uint64_t{5} << 32U) + static_cast<std::uint64_t>(Purpose::noise), (std::uint64_t{9} << 32U) + 3, 7}},
            {{key.words()[0], key.words()[1]}});
        for (std::size_t i = 4; i-- > 0;) CHECK(stream() == expected[i]);  // r123::Engine deals a block from its end
    }
}
