#include "collapse/rng/draws.hpp"

#include <algorithm>
#include <cmath>

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>

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

void WordsAhead::draw()
{
    Engine::ctr_type counter = engine_->getcounter().first;
    for (std::size_t block = 0; block < words_.size(); block += counter.size()) {
        counter.incr();
        const Engine::ctr_type drawn = (*engine_)(counter);
        std::reverse_copy(drawn.begin(), drawn.end(), words_.begin() + static_cast<std::ptrdiff_t>(block));
    }
    engine_->setcounter(counter, 0);
    next_ = 0;
}

void fill_normal(Engine& engine, std::span<double> values)
{
    boost::random::normal_distribution<double> normal;
    for (double& value : values) value = normal(engine);
}

namespace {

/// A gamma number of this shape >= 1 [Marsaglia, Tsang, ACM TOMS 26 (2000)]: a (1 + c x)^3 with a = shape - 1/3, c = 1 / sqrt(9 a) and x
/// normal, accepted with probability exp(x^2 / 2 + a - a v + a log v), v = (1 + c x)^3.
double gamma(Engine& engine, double shape)
{
    boost::random::normal_distribution<double> normal;
    boost::random::uniform_01<double> uniform;
    const double a = shape - 1.0 / 3, c = 1 / std::sqrt(9 * a);
    while (true) {
        const double x = normal(engine), root = 1 + c * x;
        if (root <= 0) continue;
        const double v = root * root * root, u = uniform(engine), square = x * x;
        if (u < 1 - 0.0331 * square * square) return a * v;  // surely accepted
        if (std::log(u) < square / 2 + a * (1 - v + std::log(v))) return a * v;
    }
}

}  // namespace

/// chi^2 / 2 is a gamma number of shape degrees / 2; below 1, that of shape + 1 times U^(1 / shape).
double chi(Engine& engine, double degrees)
{
    if (degrees >= 2) return std::sqrt(2 * gamma(engine, degrees / 2));
    const double above = gamma(engine, degrees / 2 + 1);
    return std::sqrt(2 * above) * std::pow(boost::random::uniform_01<double>()(engine), 1 / degrees);
}

}  // namespace collapse::rng
