#include <algorithm>
#include <cmath>

#include "collapse/problem/index_quadrature.hpp"
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

    bool is_power_law() const override { return true; }

    Nodes nodes(const Cell& cell, const Choices&) const override
    {
        const auto d = static_cast<numerics::Index>(cell.d);
        const numerics::Array index = numerics::Array::LinSpaced(d, 1, cell.d);
        return {numerics::Array::Ones(d), index, index.pow(-cell.beta), {}};
    }

    Nodes nodes_for_sums(const Cell& cell, const Choices& choices) const override
    {
        constexpr double most_terms = 250;
        if (cell.d <= std::max(most_terms, 2 * first_term_of_quadrature(cell.beta))) return nodes(cell, choices);
        if (std::isinf(cell.d)) {
            support::validate(cell.beta > 1,
                              "grid.d = inf needs a spectrum with a finite sum, but beta = {}; give beta > 1, or a finite d",
                              cell.beta);
            support::validate(cell.alpha + cell.beta > 1,
                              "grid.d = inf needs a teacher of finite signal power, but alpha + beta = {}; give alpha > 1 - beta "
                              "(r > 0), or a finite d",
                              cell.alpha + cell.beta);
        }
        auto [index, weight] = index_quadrature(cell.d, cell.beta, cell.alpha);
        return {weight, index, index.pow(-cell.beta), {}, cell.d};
    }
};

}  // namespace

const Spectrum& spectrum_power_law()
{
    static const PowerLaw instance;
    return instance;
}

}  // namespace collapse::problem
