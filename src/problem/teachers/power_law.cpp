#include "collapse/problem/spectrum.hpp"

namespace collapse::problem {

namespace {

/// w0_j^2 = c j^-alpha.
class PowerLawTeacher final : public Teacher {
  public:
    Description describe() const override
    {
        return {.name = "power_law",
                .summary = "squared coefficients w0_j^2 = c j^-alpha, with alpha = 1 + beta (2 r - 1)",
                .parameters = {"alpha"},
                .options = {},
                .citations = {"DFK", "CLKZ"}};
    }

    bool is_power_law() const override { return true; }

    numerics::Array coefficient2(const Nodes& nodes, const Cell& cell, const Choices&) const override
    {
        return nodes.index.pow(-cell.alpha);
    }
};

}  // namespace

const Teacher& teacher_power_law()
{
    static const PowerLawTeacher instance;
    return instance;
}

}  // namespace collapse::problem
