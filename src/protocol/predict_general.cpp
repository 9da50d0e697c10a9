#include <algorithm>
#include <cmath>

#include "collapse/theory/chain_equivalent.hpp"
#include "collapse/theory/exact_chain.hpp"
#include "predictors.hpp"

namespace collapse::protocol {

namespace {

std::vector<numerics::Array> spectra_of(const Scheme& scheme, const Nodes& nodes)
{
    std::vector<numerics::Array> result;
    for (const problem::OtherSpectrum& spectrum : scheme.spectra)
        result.push_back(spectrum.eigenvalue.size() > 0 ? spectrum.eigenvalue : numerics::Array(nodes.index.pow(-spectrum.beta)));
    return result;
}

/// A fit on rows of the test distribution with labels of the truth and noise.
double exact_error(const Nodes& nodes, const Fit& fit, double ridge)
{
    theory::ExactChain exact(nodes);
    const std::vector<Use> uses = present_uses(fit);
    const bool plain = uses.size() == 1 && uses[0].block.spectrum == 0 && uses[0].labels.teachers.empty();
    if (!plain) exact.forget();
    else exact.fit(rows_of(fit), ridge, noise_variance(uses[0].labels));
    return exact.test_error();
}

/// An error beyond the range of double precision is infinite, whatever became of its parts; one below zero is made of rounding
/// errors (a ridge of 1e-100 at an interpolation threshold), so that nothing is known.
Errors in_range(Errors errors)
{
    if (errors.test_error < 0 && std::isfinite(errors.test_error)) return {};
    if (std::isinf(errors.test_error)) errors.variance = errors.test_error = std::numeric_limits<double>::infinity();
    return errors;
}

}  // namespace

void predict_general(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result)
{
    const std::vector<numerics::Array> spectra = spectra_of(scheme, nodes);
    for (const std::size_t i : ridges) {
        theory::ChainEquivalent chain(nodes, spectra, theory::teacher_moments(nodes, scheme.teachers));
        Errors last, evaluated;
        double made = 0;
        for (const double n : row.distinct_generations()) {
            if (n > most_general_fits || n != std::floor(n)) continue;
            const auto make = [&] {
                const Fit fit = scheme.generation(made++);
                last = evaluated;
                evaluated = in_range(chain.add(fit, fit.ridges[i]));
            };
            if (takes_rows_repeatedly(evaluated_fit(scheme, n))) break;
            while (made < (scheme.evaluated ? n : n + 1)) make();
            Prediction prediction;
            if (scheme.evaluated) {
                const Fit fit = scheme.evaluated(n);
                prediction.asymptotic = in_range(chain.add(fit, fit.ridges[i]));
                prediction.asymptotic.generator_error = evaluated.test_error;
                chain.drop_last();
            } else {
                prediction.asymptotic = evaluated;
                prediction.asymptotic.generator_error = last.test_error;
            }
            if (n == 0) {
                const Fit first = evaluated_fit(scheme, 0);
                prediction.exact = exact_error(nodes, first, first.ridges[i]);
                prediction.asymptotic.generator_error = std::numeric_limits<double>::quiet_NaN();
            }
            for (std::size_t j = 0; j < row.generations.size(); ++j)
                if (row.generations[j] == n) result(i, j) = prediction;
        }
    }
}

}  // namespace collapse::protocol
