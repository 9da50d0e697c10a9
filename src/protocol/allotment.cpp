#include "collapse/protocol/allotment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <boost/random/uniform_int_distribution.hpp>

#include "collapse/protocol/structure.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::protocol {

namespace {

bool shares_blocks(const Fit& one, const Fit& other)
{
    const auto mine = present_uses(one), theirs = present_uses(other);
    return std::ranges::any_of(mine, [&](const Use& use) {
        return std::ranges::any_of(theirs, [&](const Use& there) { return there.block.is(use.block); });
    });
}

}  // namespace

/// Generations before the evaluated models: what an evaluated model shares with a generation is the generation's.
Allotment::Allotment(const Scheme& scheme, double last, Index test) : test_(test), back_(test)
{
    const double fits = scheme.evaluated && !shares_blocks(scheme.evaluated(last), scheme.generation(last)) ? last : last + 1;
    for (double t = 0; t < fits; ++t)
        for (const Use& use : present_uses(scheme.generation(t))) {
            const auto count = static_cast<Index>(use.block.rows);
            if (!places_.try_emplace(key_of(use.block), Place{front_, count, false}).second) continue;
            front_ += count;
            ++generation_blocks_;
        }
    for (double n = 0; n <= last && scheme.evaluated; ++n) {
        Index behind = test;
        for (const Use& use : present_uses(scheme.evaluated(n))) {
            const auto count = static_cast<Index>(use.block.rows);
            const auto [found, is_new] = places_.try_emplace(key_of(use.block), Place{behind, count, true});
            if (found->second.from_back) behind = std::max(behind, found->second.first + count);
            if (is_new) back_ = std::max(back_, found->second.first + count);
        }
    }
}

std::string Allotment::describe() const
{
    std::string words = fmt::format("{}: {} to test on", rows(), test_);
    if (front_ > 0)
        words += fmt::format(", {} in {} of generations", front_,
                             generation_blocks_ == 1 ? "the block" : fmt::format("{} blocks", generation_blocks_));
    if (back_ > test_) words += fmt::format(", {} of the evaluated model", back_ - test_);
    return words;
}

std::vector<Index> Allotment::order(const rng::Draws& draws, Index N)
{
    std::vector<Index> order(static_cast<std::size_t>(N));
    std::iota(order.begin(), order.end(), Index{0});
    rng::Engine engine = draws.stream(rng::Purpose::design);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
        std::swap(order[i], order[boost::random::uniform_int_distribution<std::size_t>(i, order.size() - 1)(engine)]);
    return order;
}

std::span<const Index> Allotment::rows_of(const problem::Block& block, std::span<const Index> order) const
{
    const Place& place = places_.at(key_of(block));
    const auto count = static_cast<std::size_t>(place.count), first = static_cast<std::size_t>(place.first);
    return order.subspan(place.from_back ? order.size() - first - count : first, count);
}

std::span<const Index> Allotment::test_rows(std::span<const Index> order) const
{
    return order.last(static_cast<std::size_t>(test_));
}

}  // namespace collapse::protocol
