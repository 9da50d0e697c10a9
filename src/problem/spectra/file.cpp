#include <algorithm>
#include <cmath>

#include "collapse/problem/spectrum.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

namespace {

using support::validate;

numerics::Array to_array(const std::vector<double>& values)
{
    return Eigen::Map<const numerics::Array>(values.data(), static_cast<numerics::Index>(values.size()));
}

/// Whether the list is given.
bool has(const Choices& choices, const std::string& name)
{
    const auto found = choices.find(name);
    return found != choices.end() && !found->second.empty();
}

/// A list of numbers, all in its domain, not all of them zero.
numerics::Array positive_somewhere(const Choices& choices, const std::string& name)
{
    numerics::Array values = to_array(choices.at(name).numbers());
    validate((values > 0).any(), "model.{} is zero everywhere; nothing could be learned", name);
    return values;
}

constexpr Domain not_negative{.kind = Domain::Kind::numbers, .least = 0, .optional = true};
constexpr Domain positive{.kind = Domain::Kind::numbers, .least = 0, .open = true, .optional = true};

/// Eigenvalues and squared teacher coefficients as given. They are options and not a path, so that a result file holds all that it
/// was made from; `model.spectrum_file` fills them in from a CSV or HDF5 file.
class File final : public Spectrum {
  public:
    Description describe() const override
    {
        return {.name = "file",
                .summary = "eigenvalues and squared teacher coefficients from model.spectrum_file (CSV or HDF5)",
                .parameters = {"d"},
                .options = {{"eigenvalues", {}, "", "eigenvalues s_j >= 0 (list)", not_negative},
                            {"squared_coefficients",
                             {},
                             "",
                             "squared teacher coefficients w0_j^2 >= 0 (list of the same length); without them there is a teacher",
                             not_negative},
                            {"weights",
                             {},
                             "",
                             "how many directions each eigenvalue stands for (list of the same length); without them one",
                             positive}},
                .citations = {}};
    }

    bool has_teacher(const Choices& choices) const override { return has(choices, "squared_coefficients"); }

    std::optional<double> dimension(const Choices& choices) const override
    {
        validate(has(choices, "eigenvalues"),
                 "model.spectrum_file is missing; spectrum = file needs the file of its eigenvalues and squared coefficients");
        const char* const counted = has(choices, "weights") ? "weights" : "eigenvalues";
        const numerics::Array values = to_array(choices.at(counted).numbers());
        return has(choices, "weights") ? std::round(values.sum()) : static_cast<double>(values.size());
    }

    /// Every direction by itself, for a simulation.
    Nodes nodes(const Cell& cell, const Choices& choices) const override
    {
        Nodes few = nodes_for_sums(cell, choices);
        if ((few.weight == 1).all()) return few;
        validate((few.weight == few.weight.round()).all(),
                 "model.spectrum_file has weights that are no whole numbers, which only theory understands; set "
                 "simulation.replicates = 0");
        const auto d = static_cast<numerics::Index>(few.weight.sum());
        Nodes all{numerics::Array::Ones(d), numerics::Array::LinSpaced(d, 1, static_cast<double>(d)), numerics::Array(d), {}, 0};
        all.coefficient2.resize(few.coefficient2.size() > 0 ? d : 0);
        numerics::Index at = 0;
        for (numerics::Index j = 0; j < few.weight.size(); ++j)
            for (double k = 0; k < few.weight[j]; ++k, ++at) {
                all.eigenvalue[at] = few.eigenvalue[j];
                if (all.coefficient2.size() > 0) all.coefficient2[at] = few.coefficient2[j];
            }
        return all;
    }

    Nodes nodes_for_sums(const Cell& cell, const Choices& choices) const override
    {
        const double expected = *dimension(choices);
        validate(expected == cell.d, "grid.d = {} does not fit a spectrum of {:.0f} eigenvalues; remove grid.d, the file gives it",
                 cell.d, expected);
        const numerics::Array eigenvalues = positive_somewhere(choices, "eigenvalues");
        const numerics::Index d = eigenvalues.size();
        Nodes nodes{numerics::Array::Ones(d), numerics::Array::LinSpaced(d, 1, static_cast<double>(d)), eigenvalues, {}, 0};
        if (has(choices, "weights")) {
            nodes.weight = to_array(choices.at("weights").numbers());
            validate(nodes.weight.size() == d, "the spectrum has {} eigenvalues but {} weights; give one for every eigenvalue", d,
                     nodes.weight.size());
            double before = 0;
            for (numerics::Index j = 0; j < d; ++j) {
                nodes.index[j] = std::max(1.0, before + nodes.weight[j] / 2);
                before += nodes.weight[j];
            }
        }
        if (!has_teacher(choices)) return nodes;
        nodes.coefficient2 = positive_somewhere(choices, "squared_coefficients");
        validate(nodes.coefficient2.size() == d,
                 "the spectrum has {} eigenvalues but {} squared coefficients; give one coefficient for every eigenvalue", d,
                 nodes.coefficient2.size());
        return nodes;
    }
};

}  // namespace

const Spectrum& spectrum_file()
{
    static const File instance;
    return instance;
}

}  // namespace collapse::problem
