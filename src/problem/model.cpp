#include "collapse/problem/directions.hpp"

#include <cmath>
#include <vector>

#include "collapse/problem/find.hpp"

namespace collapse::problem {

const Spectrum& spectrum_called(const std::string& name) { return find_entry(spectra(), "spectrum", name); }

const Teacher& teacher_called(const std::string& name) { return find_entry(teachers(), "teacher", name); }

Nodes Spectrum::nodes_for_sums(const Cell& cell, const Choices& choices) const
{
    support::validate(std::isfinite(cell.d), "grid.d = inf needs spectrum = power_law, but the spectrum is {}; give a finite d",
                      describe().name);
    return nodes(cell, choices);
}

namespace {

/// Whether the spectrum is given, number by number, and rows of all kinds have it: then they vary in none of its directions of eigenvalue 0.
bool may_be_singular(const ModelSettings& settings, const Spectrum& spectrum, const Cell& cell)
{
    return spectrum.dimension(settings.choices).has_value() && std::isnan(cell.beta_synthetic);
}

/// Directions in which rows vary.
Nodes of_variance(const Nodes& nodes)
{
    std::vector<numerics::Index> kept;
    for (numerics::Index j = 0; j < nodes.eigenvalue.size(); ++j)
        if (nodes.eigenvalue[j] > 0) kept.push_back(j);
    return {nodes.weight(kept), nodes.index(kept), nodes.eigenvalue(kept), nodes.coefficient2(kept)};
}

/// Neighbours with the same eigenvalue and coefficient are one node, where that leaves half of the nodes or fewer.
Nodes alike_joined(Nodes nodes)
{
    const numerics::Index count = nodes.eigenvalue.size();
    std::vector<numerics::Index> first;  // of each run of equal ones
    for (numerics::Index j = 0; j < count; ++j)
        if (j == 0 || nodes.eigenvalue[j] != nodes.eigenvalue[j - 1] || nodes.coefficient2[j] != nodes.coefficient2[j - 1])
            first.push_back(j);
    if (2 * static_cast<numerics::Index>(first.size()) > count) return nodes;
    Nodes joined{nodes.weight(first), nodes.index(first), nodes.eigenvalue(first), nodes.coefficient2(first), nodes.d};
    for (std::size_t i = 0; i < first.size(); ++i) {
        const numerics::Index end = i + 1 < first.size() ? first[i + 1] : count;
        joined.weight[static_cast<numerics::Index>(i)] = nodes.weight.segment(first[i], end - first[i]).sum();
    }
    return joined;
}

Nodes with_teacher(const ModelSettings& settings, const Cell& cell, const Spectrum& spectrum, Nodes nodes)
{
    if (!spectrum.has_teacher(settings.choices))
        nodes.coefficient2 = teacher_called(settings.teacher).coefficient2(nodes, cell, settings.choices);
    const double power = nodes.sum(nodes.eigenvalue * nodes.coefficient2);
    support::validate(
        power > 0 && std::isfinite(power),
        "the signal power sum_j s_j w0_j^2 of alpha = {}, beta = {}, d = {} is {}; choose another teacher or spectrum", cell.alpha,
        cell.beta, cell.d, power);
    if (!std::isnan(settings.signal)) nodes.coefficient2 *= settings.signal / power;
    return may_be_singular(settings, spectrum, cell) ? of_variance(nodes) : nodes;
}

}  // namespace

Nodes nodes_of(const ModelSettings& settings, const Cell& cell)
{
    if (settings.given) return settings.given->nodes();
    const Spectrum& spectrum = spectrum_called(settings.spectrum);
    Nodes nodes = with_teacher(settings, cell, spectrum, spectrum.nodes_for_sums(cell, settings.choices));
    return std::isnan(cell.beta_synthetic) ? alike_joined(std::move(nodes))
                                           : nodes;  // whose rows tell directions apart by their index
}

double directions_of(const ModelSettings& settings, const Cell& cell)
{
    for (const Spectrum* spectrum : spectra()) {
        if (spectrum->describe().name != settings.spectrum || !may_be_singular(settings, *spectrum, cell)) continue;
        return static_cast<double>((spectrum->nodes(cell, settings.choices).eigenvalue > 0).count());
    }
    return cell.d;
}

Instances::Instances(const ModelSettings& settings, const Cell& cell)
{
    const Spectrum& spectrum = spectrum_called(settings.spectrum);
    const bool whole = settings.given && (settings.given->nodes().weight == 1).all();
    const Nodes nodes =
        whole ? settings.given->nodes() : with_teacher(settings, cell, spectrum, spectrum.nodes(cell, settings.choices));
    mean_ = {nodes.eigenvalue.matrix(), nodes.coefficient2.sqrt().matrix()};
    random_ = !spectrum.has_teacher(settings.choices) && teacher_called(settings.teacher).random();
}

LinearModel Instances::operator()(const rng::Draws& draws) const
{
    LinearModel model = mean_;
    if (!random_) return model;
    numerics::Vector normals(model.teacher.size());
    rng::Engine engine = draws.stream(rng::Purpose::teacher);
    rng::fill_normal(engine, {normals.data(), static_cast<std::size_t>(normals.size())});
    model.teacher.array() *= normals.array();
    return model;
}

LinearModel instance_of(const ModelSettings& settings, const Cell& cell, const rng::Draws& draws)
{
    return Instances(settings, cell)(draws);
}

double alpha_from_r(double r, double beta) { return 1 + beta * (2 * r - 1); }

double r_from_alpha(double alpha, double beta) { return beta == 0 ? Cell::unset : (alpha - 1 + beta) / (2 * beta); }

}  // namespace collapse::problem
