#include <algorithm>
#include <bit>

#include "collapse/estimator/covariates.hpp"
#include "collapse/estimator/drawn_rows.hpp"

namespace collapse::estimator {

namespace {

/// z = +1 or -1 with equal probability: the lightest tails that unit variance allows.
class Rademacher final : public Covariates {
  public:
    problem::Description describe() const override
    {
        return {.name = "rademacher", .summary = "independent signs, +1 or -1", .parameters = {}, .options = {}, .citations = {}};
    }

    Design design(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices&) const override
    {
        return drawn_design(engine, eigenvalues, T, [](rng::Engine& source, std::span<double> entries) {
            constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0);
            for (std::size_t first = 0; first < entries.size(); first += 64) {
                const std::uint64_t minus = ~source();
                const std::size_t count = std::min<std::size_t>(64, entries.size() - first);
                for (std::size_t k = 0; k < count; ++k) entries[first + k] = std::bit_cast<double>(one | minus >> k << 63);
            }
        });
    }
};

}  // namespace

const Covariates& covariates_rademacher()
{
    static const Rademacher instance;
    return instance;
}

}  // namespace collapse::estimator
