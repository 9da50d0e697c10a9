#include "collapse/problem/spectrum.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

namespace {

/// s_j = 1 + spike_j for the first spikes, 1 elsewhere.
class Spiked final : public Spectrum {
  public:
    Description describe() const override
    {
        return {.name = "spiked",
                .summary = "eigenvalues 1 + spike_j for the first few, 1 elsewhere",
                .parameters = {"d"},
                .options = {{"spikes",
                             {},
                             "",
                             "strengths of the spikes (list, each > -1)",
                             {.kind = Domain::Kind::numbers, .least = -1, .open = true}}},
                .citations = {"GBS"}};
    }

    Nodes nodes(const Cell& cell, const Choices& choices) const override
    {
        const std::vector<double>& spikes = choices.at("spikes").numbers();
        support::validate(static_cast<double>(spikes.size()) <= cell.d, "model.spikes has {} spikes, more than d = {}; give fewer",
                          spikes.size(), cell.d);
        const auto d = static_cast<numerics::Index>(cell.d);
        Nodes nodes{numerics::Array::Ones(d), numerics::Array::LinSpaced(d, 1, cell.d), numerics::Array::Ones(d), {}};
        for (std::size_t j = 0; j < spikes.size(); ++j) nodes.eigenvalue[static_cast<numerics::Index>(j)] += spikes[j];
        return nodes;
    }
};

}  // namespace

const Spectrum& spectrum_spiked()
{
    static const Spiked instance;
    return instance;
}

}  // namespace collapse::problem
