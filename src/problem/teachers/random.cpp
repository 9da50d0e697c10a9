#include "collapse/problem/spectrum.hpp"

namespace collapse::problem {

namespace {

/// w0_j ~ N(0, c), independent, redrawn for every replicate; theory averages over it.
class Random final : public Teacher {
  public:
    Description describe() const override
    {
        return {.name = "random",
                .summary = "random effects: coefficients w0_j ~ N(0, c), redrawn for every replicate",
                .parameters = {},
                .options = {},
                .citations = {"GBS"}};
    }

    numerics::Array coefficient2(const Nodes& nodes, const Cell&, const Choices&) const override
    {
        return numerics::Array::Ones(nodes.index.size());
    }

    bool random() const override { return true; }
};

}  // namespace

const Teacher& teacher_random()
{
    static const Random instance;
    return instance;
}

}  // namespace collapse::problem
