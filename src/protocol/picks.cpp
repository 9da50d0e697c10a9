#include "picks.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include <boost/random/uniform_int_distribution.hpp>

namespace collapse::protocol {

using numerics::Index;

namespace {

/// `count` of the numbers 0 .. total - 1, by the first steps of a random permutation [Fisher, Yates].
std::vector<Index> chosen_numbers(rng::Engine& engine, std::size_t total, std::size_t count)
{
    std::vector<Index> numbers(total);
    std::iota(numbers.begin(), numbers.end(), Index{0});
    if (count >= total) return numbers;
    for (std::size_t i = 0; i < count; ++i)
        std::swap(numbers[i], numbers[boost::random::uniform_int_distribution<std::size_t>(i, total - 1)(engine)]);
    numbers.resize(count);
    return numbers;
}

}  // namespace

std::vector<Pick> picks_of(const problem::Fit& fit, const std::vector<Index>& counts, const rng::Draws& draws, double number,
                           bool evaluation)
{
    std::vector<Pick> all, picks;
    const auto stream = [&](std::size_t use) {
        return draws.stream(rng::Purpose::subsample, {evaluation ? 1U : 0U, static_cast<std::uint64_t>(number), use});
    };
    for (std::size_t b = 0; b < fit.uses.size(); ++b) {
        std::vector<Pick>& whole = fit.subsample > 0 ? all : picks;
        if (fit.subsample > 0 || fit.uses[b].share == 1) {
            for (Index i = 0; i < counts[b]; ++i) whole.push_back({b, i});
            continue;
        }
        rng::Engine engine = stream(b);
        const auto count = static_cast<std::size_t>(std::round(fit.uses[b].share * fit.uses[b].block.rows));
        for (const Index row : chosen_numbers(engine, static_cast<std::size_t>(counts[b]), count)) picks.push_back({b, row});
    }
    if (fit.subsample == 0) return picks;
    rng::Engine engine = stream(0);
    for (const Index i : chosen_numbers(engine, all.size(), static_cast<std::size_t>(fit.subsample)))
        picks.push_back(all[static_cast<std::size_t>(i)]);
    return picks;
}

}  // namespace collapse::protocol
