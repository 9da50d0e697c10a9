#include "collapse/protocol/simulation.hpp"

#include <cmath>
#include <utility>

#include "collapse/protocol/means.hpp"
#include "framed_run.hpp"
#include "run.hpp"

namespace collapse::protocol {

using support::Reason;

Simulation::Simulation(Scheme scheme, Row row, double d)
    : scheme_(std::move(scheme)), row_(std::move(row)), d_(d), reasons_(reasons_not_simulated(scheme_, row_, d))
{
    if (std::isfinite(d)) courses_ = courses_of(scheme_, row_, d);
}

Table<Errors> Simulation::operator()(const Replicate& replicate) const
{
    Table<Errors> errors(row_.lambda.size(), row_.generations.size());
    std::vector<Vector> spectra;
    for (const problem::OtherSpectrum& spectrum : scheme_.spectra) {
        const Index d = replicate.model.eigenvalues.size();
        if (spectrum.eigenvalue.size() > 0) spectra.emplace_back(spectrum.eigenvalue.matrix());
        else spectra.emplace_back(numerics::Array::LinSpaced(d, 1, static_cast<double>(d)).pow(-spectrum.beta).matrix());
    }
    const std::vector<Vector> teachers = replicate.teachers(scheme_.teachers);
    Run::Shared shared;
    const std::optional<Isotropy> isotropy =
        replicate.covariates.isotropic() ? isotropy_of(replicate.model.eigenvalues) : std::nullopt;
    for (const Course& course : courses_) {
        const Run::Result result = isotropy && is_framed(course, d_, isotropy->others.size(), teachers.size())
                                       ? FramedRun(course, replicate, *isotropy, teachers)()
                                       : Run(course, replicate, spectra, teachers, courses_.size() > 1 ? &shared : nullptr)();
        for (std::size_t r = 0; r < course.ridges.size(); ++r)
            for (std::size_t j = 0; j < row_.generations.size(); ++j) {
                const std::size_t i = course.ridges[r];
                if (reasons_(i, j) != Reason::none) continue;
                const auto of = [&](const std::vector<Errors>& known) { return known[known.size() == 1 ? 0 : r]; };
                errors(i, j) = of(result.evaluated.at(row_.generations[j]));
                const auto before = result.fits.find(row_.generations[j] - 1);
                if (before != result.fits.end()) errors(i, j).generator_error = of(before->second).test_error;
            }
    }
    return errors;
}

}  // namespace collapse::protocol
