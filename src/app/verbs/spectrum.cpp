#include <algorithm>
#include <cmath>

#include "collapse/app/build.hpp"
#include "collapse/app/config.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/resources.hpp"
#include "collapse/app/theory_question.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/store/life/spectrum_table.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/sweep/measured.hpp"

namespace collapse::app {

namespace {

/// The source exponent r from the law of the tail sums, which fall off as j^-2 beta r.
theory::PowerLaw source_exponent(const theory::PowerLaw& tails, const theory::PowerLaw& beta)
{
    theory::PowerLaw r = tails;
    r.exponent = tails.exponent / (2 * beta.exponent);
    r.standard_error =
        std::abs(r.exponent) * std::hypot(tails.standard_error / tails.exponent, beta.standard_error / beta.exponent);
    return r;
}

class SpectrumVerb final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "spectrum",
                .operands = "CONFIG",
                .summary = "measures the spectrum of the data in [data] under the kernel, and fits power laws",
                .flags = {{"output", "FILE", "file that spectrum = file reads (default: the config's name with -spectrum.h5)"}},
                .config_keys = true,
                .example = "collapse spectrum jobs/fashion-ridges.ini --data.pool 2000"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const sweep::Settings settings = parse_config(arguments.config());
        support::validate(settings.model.has_data(),
                          "model.estimator = {} has no data whose spectrum could be measured; set model.estimator = kernel_ridge",
                          settings.model.estimator);
        check_pool(settings);
        store::SpectrumTable table;
        table.pool = sweep::measure_pool(settings.model, settings.data.pool);
        table.nodes = theory::corrected_nodes(table.pool);
        table.beta = theory::capacity_law(table.pool);
        table.r = source_exponent(theory::source_law(table.pool), table.beta);
        const std::string output = output_of(arguments, "spectrum");
        store::write_spectrum(output, table, settings, provenance_of(settings, arguments.config().text));
        print(table);
        tell(fmt::format("{} nodes, from {} rows, in {}", table.nodes.eigenvalue.size(), settings.data.pool, output));
        return Exit::complete;
    }

  private:
    /// With the ridge exponent that the laws call best for clean data (THEORY section 6).
    static void print(const store::SpectrumTable& table)
    {
        const double beta = table.beta.exponent, r = table.r.exponent, saturated = std::min(r, 1.0);
        fmt::print("beta = {:.3f} +- {:.3f}   eigenvalues {:.0f} to {:.0f}\n", beta, table.beta.standard_error, table.beta.first,
                   table.beta.last);
        fmt::print("r    = {:.3f} +- {:.3f}   tails of the targets' power there\n", r, table.r.standard_error);
        fmt::print("ell  = {:.3f}             lambda = T^-ell is best for clean labels by these laws\n",
                   beta / (1 + 2 * beta * saturated));
    }
};

}  // namespace

const Verb& verb_spectrum()
{
    static const SpectrumVerb instance;
    return instance;
}

}  // namespace collapse::app
