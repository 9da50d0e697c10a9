#include "collapse/protocol/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "average.hpp"
#include "collapse/protocol/means.hpp"
#include "framed_run.hpp"

namespace collapse::protocol {

using support::Reason;

namespace {

/// Draws of the label noise that are averaged over. With d draws of d numbers the products of one fit cost what its factorisation does; a
/// replicate is dearest in vain if either of the two is much cheaper than the other, whichever the noise of the result comes from
/// (at most twice the least cost). One draw for every ridge, of which there are ten or so, and 16 columns a product: sixteen or a
/// multiple, one of them the noise-free part.
Index draws_for(double d)
{
    constexpr double directions_a_block = 320;
    constexpr Index block = 16;
    return block * static_cast<Index>(std::max(1.0, std::ceil(d / directions_a_block))) - 1;
}

}  // namespace

Simulation::Simulation(LevelledScheme scheme, Row row, double d, LabelNoise noise)
    : scheme_(std::move(scheme)),
      row_(std::move(row)),
      d_(d),
      averaging_(Averaging::draws),
      draws_(1),
      reasons_(reasons_not_simulated(scheme_.scheme, row_, d))
{
    if (noise == LabelNoise::averaged && std::isfinite(d)) {
        averaging_ = averaging_of(scheme_.unit, row_);
        draws_ = draws_for(d);
    }
    if (std::isfinite(d)) courses_ = courses_of(scheme_.unit, row_, d);
}

/// Whether the course is simulated in a frame where so many directions have another variance than the rest.
bool Simulation::is_framed(const Course& course, std::size_t others) const
{
    return draws_ == 1 && averaging_ == Averaging::draws && protocol::is_framed(course, d_, others, scheme_.unit.teachers.size());
}

Table<ErrorForms> Simulation::operator()(const Replicate& replicate) const
{
    Table<ErrorForms> errors(row_.lambda.size(), row_.generations.size());
    std::vector<Vector> spectra;
    for (const problem::OtherSpectrum& spectrum : scheme_.unit.spectra) {
        const Index d = replicate.model.eigenvalues.size();
        if (spectrum.eigenvalue.size() > 0) spectra.emplace_back(spectrum.eigenvalue.matrix());
        else spectra.emplace_back(numerics::Array::LinSpaced(d, 1, static_cast<double>(d)).pow(-spectrum.beta).matrix());
    }
    const std::vector<Vector> teachers = replicate.teachers(scheme_.unit.teachers);
    Run::Shared shared;
    const std::optional<Isotropy> isotropy =
        replicate.covariates.isotropic() ? isotropy_of(replicate.model.eigenvalues) : std::nullopt;
    for (const Course& course : courses_) {
        const auto run = [&]() -> Run::Result {
            if (isotropy && is_framed(course, isotropy->others.size())) return FramedRun(course, replicate, *isotropy, teachers)();
            switch (averaging_) {
                case Averaging::covariance: return CovarianceRun(course, replicate, spectra, teachers, scheme_.wanted)();
                case Averaging::diagonal: return DesignRun(course, replicate, spectra, teachers, scheme_.wanted)();
                case Averaging::draws: break;
            }
            return Run(course, replicate, spectra, teachers, scheme_.wanted, draws_, courses_.size() > 1 ? &shared : nullptr)();
        };
        const Run::Result result = run();
        for (std::size_t r = 0; r < course.ridges.size(); ++r)
            for (std::size_t j = 0; j < row_.generations.size(); ++j) {
                const std::size_t i = course.ridges[r];
                if (reasons_(i, j) != Reason::none) continue;
                const auto of = [&](const std::vector<ErrorForm>& known) { return known[known.size() == 1 ? 0 : r]; };
                errors(i, j).evaluated = of(result.evaluated.at(row_.generations[j]));
                const auto before = result.fits.find(row_.generations[j] - 1);
                if (before != result.fits.end()) errors(i, j).generator = of(before->second);
            }
    }
    return errors;
}

}  // namespace collapse::protocol
