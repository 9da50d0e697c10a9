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
                            {"squared_coefficients", {}, "", "squared teacher coefficients w0_j^2 >= 0 (list of the same length)"}},
                .citations = {}};
    }

    bool has_teacher() const override { return true; }

    std::optional<double> dimension(const Choices& choices) const override
    {
        validate(!choices.at("eigenvalues").empty(),
                 "model.spectrum_file is missing; spectrum = file needs the file of its eigenvalues and squared coefficients");
        return static_cast<double>(parse_numbers("model.eigenvalues", choices.at("eigenvalues")).size());
    }

    Nodes nodes(const Cell& cell, const Choices& choices) const override
    {
        const auto eigenvalues = parse_numbers("model.eigenvalues", choices.at("eigenvalues"));
        const auto coefficients = parse_numbers("model.squared_coefficients", choices.at("squared_coefficients"));
        validate(eigenvalues.size() == coefficients.size(),
                 "the spectrum has {} eigenvalues but {} squared coefficients; give one coefficient for every eigenvalue",
                 eigenvalues.size(), coefficients.size());
        validate(static_cast<double>(eigenvalues.size()) == cell.d,
                 "grid.d = {} does not fit a spectrum of {} eigenvalues; remove grid.d, the file gives it", cell.d,
                 eigenvalues.size());
        check("eigenvalues", eigenvalues);
        check("squared_coefficients", coefficients);
        const auto d = static_cast<numerics::Index>(eigenvalues.size());
        return {numerics::Array::Ones(d), numerics::Array::LinSpaced(d, 1, cell.d), to_array(eigenvalues), to_array(coefficients)};
    }

  private:
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
