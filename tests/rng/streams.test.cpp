#include <catch2/catch.hpp>

#include <set>
#include <vector>

#include "collapse/rng/draws.hpp"

using namespace collapse::rng;

namespace {

std::vector<std::uint64_t> first_words(Engine engine)
{
    std::vector<std::uint64_t> words(8);
    for (std::uint64_t& word : words) word = engine();
    return words;
}

std::vector<double> first_normals(Engine engine)
{
    std::vector<double> values(8);
    fill_normal(engine, values);
    return values;
}

}  // namespace

TEST_CASE("a stream reproduces, also after other streams were used", "[rng]")
{
    const Draws draws(Key(1), 5);
    const auto before = first_normals(draws.stream(Purpose::design, {.generation = 2}));
    (void)first_normals(draws.stream(Purpose::noise, {.generation = 2}));
    CHECK(first_normals(draws.stream(Purpose::design, {.generation = 2})) == before);
    CHECK(first_normals(Draws(Key(1), 5).stream(Purpose::design, {.generation = 2})) == before);
}

TEST_CASE("streams of different seed, replicate, purpose or place share no word", "[rng]")
{
    std::set<std::uint64_t> words;
    std::size_t drawn = 0;
    for (const std::uint64_t seed : {0u, 1u, 2u})
        for (const std::uint64_t replicate : {0u, 1u, 1000u})
            for (const Purpose purpose : {Purpose::teacher, Purpose::design, Purpose::noise, Purpose::subsample})
                for (const std::uint64_t generation : {0u, 1u, 1000u})
                    for (const std::uint64_t kind : {0u, 1u})
                        for (const std::uint64_t source : {0u, 1u})
                            for (const std::uint64_t word :
                                 first_words(Draws(Key(seed), replicate).stream(purpose, {kind, generation, source}))) {
                                words.insert(word);
                                ++drawn;
                            }
    CHECK(words.size() == drawn);  // 3456 words of 64 bits coincide by chance with probability 1e-12
}

TEST_CASE("a longer draw begins with the shorter one", "[rng]")
{
    std::vector<double> few(10), many(1000);
    Engine a = Draws(Key(3), 0).stream(Purpose::design), b = Draws(Key(3), 0).stream(Purpose::design);
    fill_normal(a, few);
    fill_normal(b, many);
    CHECK(std::equal(few.begin(), few.end(), many.begin()));
}

TEST_CASE("words ahead are those of the engine, which goes on behind the last block of sixteen", "[rng]")
{
    Engine plain = Draws(Key(4), 1).stream(Purpose::design, {.generation = 3}), engine = plain;
    {
        WordsAhead words(engine);
        for (int i = 0; i < 20; ++i) CHECK(words() == plain());
    }
    for (int i = 20; i < 32; ++i) (void)plain();
    for (int i = 0; i < 5; ++i) CHECK(engine() == plain());
}
