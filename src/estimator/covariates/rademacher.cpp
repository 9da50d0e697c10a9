#include <algorithm>
#include <bit>

#include "collapse/estimator/covariates.hpp"

namespace collapse::estimator {

namespace {

/// z = +1 or -1 with equal probability: the lightest tails that unit variance allows.
class Rademacher final : public Covariates {
  public:
    problem::Description describe() const override
    {
        return {.name = "rademacher", .summary = "independent signs, +1 or -1", .parameters = {}, .options = {}, .citations = {}};
    }

    EntrySource entries(const problem::Choices&) const override
    {
        return [](rng::Engine& source, std::span<double> values) {
            constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0);
            for (std::size_t first = 0; first < values.size(); first += 64) {
                const std::uint64_t minus = ~source();
                const std::size_t count = std::min<std::size_t>(64, values.size() - first);
                for (std::size_t k = 0; k < count; ++k) values[first + k] = std::bit_cast<double>(one | minus >> k << 63);
            }
        };
    }
};

}  // namespace

const Covariates& covariates_rademacher()
{
    static const Rademacher instance;
    return instance;
}

}  // namespace collapse::estimator
