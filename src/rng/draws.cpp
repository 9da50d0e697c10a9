#include "collapse/rng/draws.hpp"

#include <cmath>

#include <boost/random/chi_squared_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace collapse::rng {

Engine Draws::stream(Purpose purpose, Place place) const
{
    // Word 0 counts the blocks within the stream; the others name it.
    const auto half = [](std::uint64_t high, std::uint64_t low) { return high << 32U | low; };
    const Engine::ctr_type counter{
        {0, half(place.kind, static_cast<std::uint64_t>(purpose)), half(place.source, place.generation), replicate_}};
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
