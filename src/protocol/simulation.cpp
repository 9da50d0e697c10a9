#include "collapse/protocol/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "abreast_run.hpp"
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

Simulation::Simulation(LevelledScheme scheme, Row row, double d, LabelNoise noise, estimator::Factorisation factorisation)
    : scheme_(std::move(scheme)),
      row_(std::move(row)),
      d_(d),
      averaging_(Averaging::draws),
      draws_(1),
      factorisation_(factorisation),
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

std::size_t Simulation::at_once() const
{
    const bool any = averaging_ == Averaging::draws && draws_ == 1 &&
                     std::ranges::any_of(courses_, [&](const Course& course) { return is_abreast(course, d_); });
    return any ? static_cast<std::size_t>(estimator::abreast) : 1;
}

Table<ErrorForms> Simulation::operator()(const Replicate& replicate) const
{
    return std::move((*this)(std::span(&replicate, 1))[0]);
}

/// What a course gives for the cells of its ridges. form_of(form) is that of one replicate.
template <class Result, class FormOf>
void Simulation::enter(Table<ErrorForms>& errors, const Course& course, const Result& result, FormOf&& form_of) const
{
    for (std::size_t r = 0; r < course.ridges.size(); ++r)
        for (std::size_t j = 0; j < row_.generations.size(); ++j) {
            const std::size_t i = course.ridges[r];
            if (reasons_(i, j) != Reason::none) continue;
            const auto of = [&](const auto& known) { return form_of(known[known.size() == 1 ? 0 : r]); };
            errors(i, j).evaluated = of(result.evaluated.at(row_.generations[j]));
            const auto before = result.fits.find(row_.generations[j] - 1);
            if (before != result.fits.end()) errors(i, j).generator = of(before->second);
        }
}

std::vector<Table<ErrorForms>> Simulation::operator()(std::span<const Replicate> replicates) const
{
    std::vector<Table<ErrorForms>> errors(replicates.size(), {row_.lambda.size(), row_.generations.size()});
    std::vector<std::vector<Vector>> teachers;
    for (const Replicate& replicate : replicates) teachers.push_back(replicate.teachers(scheme_.unit.teachers));
    const Vector& eigenvalues = replicates[0].model.eigenvalues;  // of all of them
    const std::optional<Isotropy> isotropy = replicates[0].covariates.isotropic() ? isotropy_of(eigenvalues) : std::nullopt;
    const Index d = eigenvalues.size();
    std::vector<Vector> spectra;
    for (const problem::OtherSpectrum& spectrum : scheme_.unit.spectra) {
        if (spectrum.eigenvalue.size() > 0) spectra.emplace_back(spectrum.eigenvalue.matrix());
        else spectra.emplace_back(numerics::Array::LinSpaced(d, 1, static_cast<double>(d)).pow(-spectrum.beta).matrix());
    }
    const bool several = courses_.size() > 1;
    std::vector<Run::Shared> shared(replicates.size());
    AbreastRun::Shared shared_abreast;
    for (const Course& course : courses_) {
        const bool framed = isotropy && is_framed(course, isotropy->others.size());
        if (at_once() > 1 && is_abreast(course, d_) && !framed) {
            const AbreastRun::Result result =
                AbreastRun(course, replicates, teachers, scheme_.wanted, several ? &shared_abreast : nullptr)();
            for (std::size_t k = 0; k < replicates.size(); ++k)
                enter(errors[k], course, result, [&](const AbreastRun::Forms& forms) { return forms.of(static_cast<Index>(k)); });
            continue;
        }
        for (std::size_t k = 0; k < replicates.size(); ++k) {
            const Replicate& replicate = replicates[k];
            const auto run = [&]() -> Run::Result {
                if (framed) return FramedRun(course, replicate, *isotropy, teachers[k])();
                switch (averaging_) {
                    case Averaging::covariance: return CovarianceRun(course, replicate, spectra, teachers[k], scheme_.wanted)();
                    case Averaging::diagonal: return DesignRun(course, replicate, spectra, teachers[k], scheme_.wanted)();
                    case Averaging::draws: break;
                }
                return Run(course, replicate, spectra, teachers[k], scheme_.wanted, draws_, factorisation_,
                           several ? &shared[k] : nullptr)();
            };
            enter(errors[k], course, run(), [](const ErrorForm& form) { return form; });
        }
    }
    return errors;
}

}  // namespace collapse::protocol
