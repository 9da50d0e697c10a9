#include "collapse/rng/draws.hpp"

#include <cmath>

#include <boost/random/chi_squared_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace collapse::rng {

Engine Draws::stream(Purpose purpose, std::uint64_t generation) const
{
    // Word 0 counts the blocks within the stream; the others name it.
    const Engine::ctr_type counter{{0, static_cast<std::uint64_t>(purpose), generation, replicate_}};
    Engine engine(Engine::key_type{{key_.words()[0], key_.words()[1]}});
    engine.setcounter(counter, 0);
    return engine;
}

void fill_normal(Engine& engine, std::span<double> values)
{
    boost::random::normal_distribution<double> normal;
    for (double& value : values) value = normal(engine);
}

double chi(Engine& engine, double degrees) { return std::sqrt(boost::random::chi_squared_distribution<double>(degrees)(engine)); }

}  // namespace collapse::rng
