#include "collapse/problem/spectrum.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

namespace {

/// A share `alignment` of the squared norm along the first eigendirection, the rest spread evenly over the others.
class Aligned final : public Teacher {
  public:
    Description describe() const override
    {
        return {.name = "aligned",
                .summary = "a share of the squared norm along the first eigendirection (the first spike), the rest spread evenly",
                .parameters = {},
                .options = {{"alignment",
                             {},
                             "1",
                             "teacher = aligned: share of the squared norm along the first eigendirection, in [0, 1]",
                             {Domain::Kind::number, 0, 1}}},
                .citations = {"GBS"}};
    }

    numerics::Array coefficient2(const Nodes& nodes, const Cell& cell, const Choices& choices) const override
    {
        const double share = choices.at("alignment").number();
        support::validate(cell.d > 1, "teacher = aligned needs d > 1, but d = {}; use teacher = power_law", cell.d);
        const auto rest = (1 - share) / (nodes.dimension() - 1);
        return (nodes.index == 1).select(share, numerics::Array::Constant(nodes.index.size(), rest));
    }
};

}  // namespace

const Teacher& teacher_aligned()
{
    static const Aligned instance;
    return instance;
}

}  // namespace collapse::problem
