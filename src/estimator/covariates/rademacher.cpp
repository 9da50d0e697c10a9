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
            for (std::size_t i = 0; i < entries.size();)
                for (std::uint64_t bits = source(), left = 64; left > 0 && i < entries.size(); --left, bits >>= 1)
                    entries[i++] = (bits & 1) != 0 ? 1 : -1;
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
