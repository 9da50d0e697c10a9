#include <cmath>

#include "collapse/problem/spectrum.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

namespace {

/// s_j = j^-beta, j = 1..d; beta = 0 is isotropic.
class PowerLaw final : public Spectrum {
  public:
    Description describe() const override
    {
        return {.name = "power_law",
                .summary = "eigenvalues s_j = j^-beta; beta = 0 is isotropic",
                .parameters = {"d", "beta"},
                .options = {},
                .citations = {"DFK", "CLKZ"}};
    }

    Nodes nodes(const Cell& cell, const Choices&) const override
    {
        support::validate(std::isfinite(cell.d), "grid.d = inf is not available yet; give a finite d");
        const auto d = static_cast<numerics::Index>(cell.d);
        const numerics::Array index = numerics::Array::LinSpaced(d, 1, cell.d);
        return {numerics::Array::Ones(d), index, index.pow(-cell.beta), {}};
    }
};

}  // namespace

const Spectrum& spectrum_power_law()
{
    static const PowerLaw instance;
    return instance;
}

}  // namespace collapse::problem
