#include "collapse/problem/model.hpp"

#include <cmath>

#include "collapse/problem/find.hpp"

namespace collapse::problem {

const Spectrum& spectrum_called(const std::string& name) { return find_entry(spectra(), "spectrum", name); }

const Teacher& teacher_called(const std::string& name) { return find_entry(teachers(), "teacher", name); }

Nodes nodes_of(const ModelSettings& settings, const Cell& cell)
{
    const Spectrum& spectrum = spectrum_called(settings.spectrum);
    Nodes nodes = spectrum.nodes(cell, settings.choices);
    if (!spectrum.has_teacher()) nodes.coefficient2 = teacher_called(settings.teacher).coefficient2(nodes, cell, settings.choices);
    if (!std::isnan(settings.signal)) nodes.coefficient2 *= settings.signal / nodes.sum(nodes.eigenvalue * nodes.coefficient2);
    return nodes;
}

LinearModel instance_of(const ModelSettings& settings, const Cell& cell, const rng::Draws& draws)
{
    const Nodes nodes = nodes_of(settings, cell);
    support::ensure((nodes.weight == 1).all(), "a simulated spectrum has a node for every dimension");
    LinearModel model{nodes.eigenvalue.matrix(), nodes.coefficient2.sqrt().matrix()};
    if (!spectrum_called(settings.spectrum).has_teacher() && teacher_called(settings.teacher).random()) {
        numerics::Vector normals(model.teacher.size());
        rng::Engine engine = draws.stream(rng::Purpose::teacher);
        rng::fill_normal(engine, {normals.data(), static_cast<std::size_t>(normals.size())});
        model.teacher.array() *= normals.array();
    }
    return model;
}

double alpha_from_r(double r, double beta) { return 1 + beta * (2 * r - 1); }

double r_from_alpha(double alpha, double beta) { return beta == 0 ? Cell::unset : (alpha - 1 + beta) / (2 * beta); }

}  // namespace collapse::problem
