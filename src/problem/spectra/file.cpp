#include <algorithm>
#include <cmath>

#include "collapse/problem/numbers.hpp"
#include "collapse/problem/spectrum.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

namespace {

using support::validate;

numerics::Array to_array(const std::vector<double>& values)
{
    return Eigen::Map<const numerics::Array>(values.data(), static_cast<numerics::Index>(values.size()));
}

/// Empty if the list is not given.
std::string text_of(const Choices& choices, const std::string& name)
{
    const auto found = choices.find(name);
    return found == choices.end() ? "" : found->second;
}

/// Eigenvalues and squared teacher coefficients as given. They are options and not a path, so that a result file holds all that it
/// was made from; `model.spectrum_file` fills them in from a CSV or HDF5 file.
class File final : public Spectrum {
  public:
    Description describe() const override
    {
        return {.name = "file",
                .summary = "eigenvalues and squared teacher coefficients from model.spectrum_file (CSV or HDF5)",
                .parameters = {"d"},
                .options = {{"eigenvalues", {}, "", "eigenvalues s_j >= 0 (list)"},
                            {"squared_coefficients",
                             {},
                             "",
                             "squared teacher coefficients w0_j^2 >= 0 (list of the same length); without them there is a teacher"},
                            {"weights",
                             {},
                             "",
                             "how many directions each eigenvalue stands for (list of the same length); without them one"}},
                .citations = {}};
    }

    bool has_teacher(const Choices& choices) const override { return !text_of(choices, "squared_coefficients").empty(); }

    std::optional<double> dimension(const Choices& choices) const override
    {
        validate(!choices.at("eigenvalues").empty(),
                 "model.spectrum_file is missing; spectrum = file needs the file of its eigenvalues and squared coefficients");
        const double count = static_cast<double>(parse_numbers("model.eigenvalues", choices.at("eigenvalues")).size());
        return text_of(choices, "weights").empty() ? count : std::round(weights(choices).sum());
    }

    /// Every direction by itself, for a simulation.
    Nodes nodes(const Cell& cell, const Choices& choices) const override
    {
        const Nodes few = nodes_for_sums(cell, choices);
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
        const auto eigenvalues = parse_numbers("model.eigenvalues", choices.at("eigenvalues"));
        const auto d = static_cast<numerics::Index>(eigenvalues.size());
        const double expected = *dimension(choices);
        validate(expected == cell.d, "grid.d = {} does not fit a spectrum of {:.0f} eigenvalues; remove grid.d, the file gives it",
                 cell.d, expected);
        check("eigenvalues", eigenvalues);
        Nodes nodes{
            numerics::Array::Ones(d), numerics::Array::LinSpaced(d, 1, static_cast<double>(d)), to_array(eigenvalues), {}, 0};
        if (!text_of(choices, "weights").empty()) {
            nodes.weight = weights(choices);
            validate(nodes.weight.size() == d, "the spectrum has {} eigenvalues but {} weights; give one for every eigenvalue", d,
                     nodes.weight.size());
            double before = 0;
            for (numerics::Index j = 0; j < d; ++j) {
                nodes.index[j] = std::max(1.0, before + nodes.weight[j] / 2);
                before += nodes.weight[j];
            }
        }
        if (!has_teacher(choices)) return nodes;
        const auto coefficients = parse_numbers("model.squared_coefficients", choices.at("squared_coefficients"));
        validate(eigenvalues.size() == coefficients.size(),
                 "the spectrum has {} eigenvalues but {} squared coefficients; give one coefficient for every eigenvalue",
                 eigenvalues.size(), coefficients.size());
        check("squared_coefficients", coefficients);
        nodes.coefficient2 = to_array(coefficients);
        return nodes;
    }

  private:
    static numerics::Array weights(const Choices& choices)
    {
        const auto values = parse_numbers("model.weights", text_of(choices, "weights"));
        const auto bad = std::ranges::find_if(values, [](double value) { return !(value > 0 && std::isfinite(value)); });
        validate(bad == values.end(), "model.weights has the value {} at place {}; all must be positive and finite",
                 bad == values.end() ? 0 : *bad, bad - values.begin() + 1);
        return to_array(values);
    }

    static void check(const char* name, const std::vector<double>& values)
    {
        const auto bad = std::ranges::find_if(values, [](double value) { return !(value >= 0 && std::isfinite(value)); });
        validate(bad == values.end(), "model.{} has the value {} at place {}; all must be finite and not negative", name,
                 bad == values.end() ? 0 : *bad, bad - values.begin() + 1);
        validate(std::ranges::any_of(values, [](double value) { return value > 0; }),
                 "model.{} is zero everywhere; nothing could be learned", name);
    }
};

}  // namespace

const Spectrum& spectrum_file()
{
    static const File instance;
    return instance;
}

}  // namespace collapse::problem
