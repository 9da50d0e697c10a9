#include "collapse/protocol/levels.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "collapse/protocol/course.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::protocol {

namespace {

using problem::Noise;

constexpr double farthest_look = 16;  ///< generations, if not so many are asked for: the answer must not depend on these
constexpr double rounding = 1e-12;    ///< of a size of noise, relative

bool same(const std::vector<Share>& one, const std::vector<Share>& other)
{
    return std::ranges::equal(one, other, [](const Share& a, const Share& b) { return a.of == b.of && a.share == b.share; });
}

bool same_but_noise(const Use& one, const Use& other)
{
    return one.block.is(other.block) && one.block.rows == other.block.rows && one.block.spectrum == other.block.spectrum &&
           one.weight == other.weight && one.share == other.share && one.copy == other.copy &&
           same(one.labels.models, other.labels.models) && same(one.labels.kept, other.labels.kept) &&
           same(one.labels.teachers, other.labels.teachers);
}

bool same_but_noise(const Fit& one, const Fit& other)
{
    return one.ridges == other.ridges && one.subsample == other.subsample && one.swept == other.swept &&
           std::ranges::equal(one.uses, other.uses, [](const Use& a, const Use& b) { return same_but_noise(a, b); });
}

bool same(const numerics::Array& one, const numerics::Array& other) { return one.size() == other.size() && (one == other).all(); }

bool same_but_fits(const Scheme& one, const Scheme& other)
{
    return one.last == other.last && one.repeats_from == other.repeats_from &&
           std::ranges::equal(one.teachers, other.teachers,
                              [](const auto& a, const auto& b) { return a.distance == b.distance && same(a.delta, b.delta); }) &&
           std::ranges::equal(one.spectra, other.spectra,
                              [](const auto& a, const auto& b) { return a.beta == b.beta && same(a.eigenvalue, b.eigenvalue); });
}

/// What is made, or none if it makes no sense: levels of one and zero, and generations that nobody asks for, may be more than the
/// expressions of a chain are meant for.
template <class Make>
auto if_it_makes_sense(Make&& make) -> std::optional<decltype(make())>
{
    try {
        return make();
    } catch (const support::InvalidInput&) {
        return std::nullopt;
    }
}

/// The scheme with one level at one and the other at zero.
std::optional<Scheme> at_unit(const std::function<Scheme(const Row&)>& scheme_of, Row row, Level level)
{
    if (!std::isnan(row.cell.sigma)) row.cell.sigma = level == Level::sigma ? 1 : 0;
    if (!std::isnan(row.cell.sigma0)) row.cell.sigma0 = level == Level::sigma0 ? 1 : 0;
    return if_it_makes_sense([&] { return scheme_of(row); });
}

/// The noises of both, which are alike but for them.
Fit joined(Fit sigma, const Fit& sigma0)
{
    for (std::size_t b = 0; b < sigma.uses.size(); ++b) {
        std::vector<Noise>& noise = sigma.uses[b].labels.noise;
        std::erase_if(noise, [](const Noise& one) { return one.size == 0; });
        for (Noise other : sigma0.uses[b].labels.noise) {
            other.level = Level::sigma0;
            if (other.size != 0) noise.push_back(other);
        }
    }
    return sigma;
}

/// Whether noises of unit levels are those of the row, fit by fit.
class Comparison {
  public:
    explicit Comparison(const ByLevel<double>& levels) : levels_(levels) {}

    bool holds(const Fit& fit, const Fit& sigma, const Fit& sigma0)
    {
        if (!same_but_noise(fit, sigma) || !same_but_noise(fit, sigma0)) return false;
        const Fit unit = joined(sigma, sigma0);
        for (std::size_t b = 0; b < fit.uses.size(); ++b) {
            std::map<double, double> sizes;  // of the row, less what the levels make of it
            const Use& use = fit.uses[b];
            for (const Noise& noise : use.labels.noise)
                if (!sizes.emplace(noise.source, noise.size).second) return false;  // drawn once and added twice
            std::map<double, double> parts;
            for (const Noise& noise : unit.uses[b].labels.noise) {
                const auto [level, is_new] = level_of_.emplace(std::pair(key_of(use.block), noise.source), noise.level);
                const bool is_second = !parts.emplace(noise.source, levels_[number_of(noise.level)] * noise.size).second;
                if (is_second || level->second != noise.level) return false;
            }
            for (const auto& [source, part] : parts) sizes[source] -= part;
            for (const auto& [source, left] : sizes) {
                const auto part = parts.find(source);
                if (std::abs(left) > rounding * (part == parts.end() ? 0 : std::abs(part->second))) return false;
            }
        }
        return true;
    }

  private:
    ByLevel<double> levels_;
    std::map<std::pair<BlockKey, double>, Level> level_of_;  ///< sources that both levels share would be correlated
};

bool is_linear(const Scheme& scheme, const Scheme& sigma, const Scheme& sigma0, const Row& row, const ByLevel<double>& levels)
{
    if (!same_but_fits(scheme, sigma) || !same_but_fits(scheme, sigma0)) return false;
    double last = std::min(std::max(row.last_generation(), farthest_look), scheme.last);
    if (std::isfinite(scheme.repeats_from)) last = std::min(last, std::max(farthest_look, scheme.repeats_from + 2));
    Comparison comparison(levels);
    for (const auto& fits : {&Scheme::generation, &Scheme::evaluated})
        for (double t = 0; scheme.*fits && t <= last; ++t) {
            const auto fit = [&](const Scheme& of) { return if_it_makes_sense([&] { return (of.*fits)(t); }); };
            const std::optional<Fit> own = fit(scheme), unit = fit(sigma), unit0 = fit(sigma0);
            if (!own) break;  // it says so itself if it is asked for
            if (!unit || !unit0 || !comparison.holds(*own, *unit, *unit0)) return false;
        }
    return true;
}

}  // namespace

void LevelledScheme::want(const ByLevel<bool>& others)
{
    for (std::size_t level = 0; linear && level < level_count; ++level) wanted[level] |= others[level];
}

std::vector<Level> levels_in(const ByLevel<bool>& marked)
{
    std::vector<Level> levels;
    for (const Level level : {Level::sigma, Level::sigma0})
        if (marked[number_of(level)]) levels.push_back(level);
    return levels;
}

std::vector<Level> levels_of(const std::vector<Fit>& fits)
{
    ByLevel<bool> occurs{};
    for (const Fit& fit : fits)
        for (const Noise& noise : fit.uses[0].labels.noise) occurs[number_of(noise.level)] |= noise.size != 0;
    return levels_in(occurs);
}

LevelledScheme::LevelledScheme(Scheme as_it_is) : scheme(std::move(as_it_is)), unit(scheme) {}

LevelledScheme levelled(const std::function<Scheme(const Row&)>& scheme_of, const Row& row)
{
    LevelledScheme result(scheme_of(row));
    const auto or_zero = [](double level) { return std::isnan(level) ? 0 : level; };
    const ByLevel<double> levels{or_zero(row.cell.sigma), or_zero(row.cell.sigma0)};
    const std::optional<Scheme> sigma = at_unit(scheme_of, row, Level::sigma), sigma0 = at_unit(scheme_of, row, Level::sigma0);
    if (!sigma || !sigma0 || !is_linear(result.scheme, *sigma, *sigma0, row, levels)) return result;
    result.linear = true;
    result.levels = levels;
    result.wanted = {levels[0] != 0, levels[1] != 0};
    result.unit.generation = [sigma = *sigma, sigma0 = *sigma0](double t) {
        return joined(sigma.generation(t), sigma0.generation(t));
    };
    if (result.unit.evaluated)
        result.unit.evaluated = [sigma = *sigma, sigma0 = *sigma0](double n) {
            return joined(sigma.evaluated(n), sigma0.evaluated(n));
        };
    return result;
}

}  // namespace collapse::protocol
