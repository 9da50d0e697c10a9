#include <algorithm>
#include <optional>

#include "average.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/protocol/structure.hpp"

namespace collapse::protocol {

using estimator::SpectralFit;

CovarianceRun::CovarianceRun(const Course& course, const Replicate& replicate, const std::vector<Vector>& spectra,
                             const std::vector<Vector>& teachers, const ByLevel<bool>& wanted)
    : course_(&course), replicate_(&replicate), spectra_(&spectra), teachers_(&teachers), wanted_(wanted)
{
}

Run::Result CovarianceRun::operator()()
{
    for (std::size_t s = 0; s < course_->steps.size(); ++s) {
        const Step& step = course_->steps[s];
        if (step.way == Way::drawn) least_squares(step);
        else fitted(step);
        for (const double fit : course_->endings[s].models) models_.erase(fit);
    }
    return std::move(result_);
}

CovarianceRun::Labelling CovarianceRun::labelling_of(const Fit& fit, bool narrow) const
{
    Labelling result;
    const Vector& truth = replicate_->model.teacher;
    const Index ridges = narrow ? 1 : static_cast<Index>(course_->ridges.size());
    for (const Use& use : fit.uses) {
        Matrix signal = share_of_truth(use.labels) * truth.replicate(1, ridges);
        double share = 0;
        for (const Share& model : use.labels.models) {
            if (model.share == 0 || model.of < 0) continue;
            result.before = &models_.at(model.of);
            share += model.share;
        }
        if (share != 0) {
            for (Index r = 0; r < ridges; ++r)
                signal.col(r) += share * result.before->signal.col(result.before->signal.cols() == 1 ? 0 : r);
        }
        for (const Share& teacher : use.labels.teachers)
            if (teacher.share != 0) signal.colwise() += teacher.share * (*teachers_)[static_cast<std::size_t>(teacher.of)];
        result.signal.push_back(std::move(signal));
        result.shares.push_back(share);
        for (const Level level : {Level::sigma, Level::sigma0})
            result.variances[number_of(level)].push_back(wanted_[number_of(level)] ? noise_variance(use.labels, level) : 0);
    }
    return result;
}

/// Errors of fit number `fit` of the step, one a ridge.
void CovarianceRun::enter(const Step& step, std::size_t fit, const Matrix& signal, const ByLevel<Vector>& variances)
{
    std::vector<ErrorForm> errors;
    for (Index r = 0; r < variances[0].size(); ++r)
        errors.push_back({replicate_->bias(signal.col(signal.cols() == 1 ? 0 : r)), {variances[0][r], variances[1][r]}});
    if (!is_evaluation(*course_, step)) result_.fits[step.number] = errors;
    if (!step.n.empty()) result_.evaluated[step.n[fit]] = std::move(errors);
}

/// Least squares passes on what labels it, and adds the covariance of its noise.
void CovarianceRun::least_squares(const Step& step)
{
    problem::Block block = step.fits[0].uses[0].block;
    block.generation = step.rows_of;
    std::shared_ptr<const CovarianceBase> unit;
    const std::size_t ridges = step.narrow ? 1 : course_->ridges.size();
    for (std::size_t k = 0; k < step.fits.size(); ++k) {
        const Labelling labelling = labelling_of(step.fits[k], step.narrow_labels);
        ByLevel<std::vector<Covariance>> noise;
        ByLevel<Vector> variances;
        for (std::size_t level = 0; level < level_count; ++level) {
            variances[level] = Vector::Zero(static_cast<Index>(ridges));
            const auto* before = labelling.carried(level);
            const bool has_noise = labelling.has_noise(level);
            if (before == nullptr && !has_noise) continue;
            if (has_noise && !unit) unit = base_of(block);
            noise[level].resize(ridges);
            for (std::size_t r = 0; r < ridges; ++r) {
                Covariance& own = noise[level][r];
                if (before != nullptr)
                    own = (*before)[before->size() == 1 ? 0 : r].times(labelling.shares[0] * labelling.shares[0]);
                if (has_noise) own.add(unit, labelling.variances[level][0]);
                if (step.wants_errors) variances[level][static_cast<Index>(r)] = trace_of(own);
            }
        }
        if (step.wants_errors) enter(step, k, labelling.signal[0], variances);
        if (!is_evaluation(*course_, step)) models_[step.number] = {labelling.signal[0], std::move(noise)};
    }
}

std::shared_ptr<const CovarianceBase> CovarianceRun::base_of(const problem::Block& block)
{
    std::shared_ptr<const CovarianceBase>& base = bases_[key_of(block)];
    if (!base)
        base = std::make_shared<const CovarianceBase>(replicate_->design(block, eigenvalues_of(block, *replicate_, *spectra_)));
    return base;
}

double CovarianceRun::trace_of(const Covariance& covariance)
{
    double sum = 0;
    for (const auto& [base, scale] : covariance.terms) {
        const auto [place, is_new] = traces_.try_emplace(base);
        if (is_new) place->second = base->trace_with(replicate_->model.eigenvalues);
        sum += scale * place->second;
    }
    return sum;
}

/// A fit with what is computed once for all its ridges and labels.
struct CovarianceRun::Fitted {
    SpectralFit spectral;
    Matrix filters;                                                         ///< c [m x ridges]
    std::shared_ptr<const Matrix> directions{};                             ///< P
    Matrix overlaps{};                                                      ///< G [m x m]
    std::map<std::pair<const void*, std::vector<double>>, Vector> known{};  ///< c' (G o F) c for F of a base, or of noise: [ridges]

    std::vector<double> latest_shares{};
    Matrix latest_map{};
    CovarianceBase::Passed passed{};  ///< through the latest map

    const Matrix& label_map(const std::vector<double>& shares)
    {
        if (latest_map.size() == 0 || latest_shares != shares) {
            latest_map = spectral.label_map(shares);
            passed.clear();
        }
        latest_shares = shares;
        return latest_map;
    }

    /// F of weights with this covariance.
    Matrix seen(const CovarianceBase& base, const std::vector<double>& shares)
    {
        return base.seen_through(label_map(shares), passed);
    }

    /// c' (G o F) c for every ridge; F [m x 1]: a diagonal.
    Vector traces(const Matrix& F) const { return traces(F, filters); }
    /// The same for one ridge, by the same products, so that it does not matter how many others the row has.
    double trace(const Matrix& F, Index ridge) const { return traces(F, filters.col(ridge))[0]; }

  private:
    Vector traces(const Matrix& F, const Matrix& c) const
    {
        const Matrix weighted = F.cols() == 1 ? Matrix(overlaps.diagonal().cwiseProduct(F.col(0)).asDiagonal() * c)
                                              : numerics::multiply(overlaps.cwiseProduct(F), c);
        Vector result(c.cols());
        for (Index r = 0; r < result.size(); ++r) result[r] = c.col(r).dot(weighted.col(r));
        return result;
    }
};

/// tr(Sigma C') for every ridge.
Vector CovarianceRun::variances_of(const Labelling& labelling, Fitted& fitted, std::size_t level) const
{
    Vector variances = Vector::Zero(fitted.filters.cols());
    if (labelling.has_noise(level)) {
        auto [place, is_new] = fitted.known.try_emplace({nullptr, labelling.variances[level]});
        if (is_new) place->second = fitted.traces(fitted.spectral.noise(labelling.variances[level]));
        variances += place->second;
    }
    const auto* noise = labelling.carried(level);
    if (noise == nullptr) return variances;
    for (std::size_t r = 0; r < noise->size(); ++r)
        for (const auto& [base, scale] : (*noise)[r].terms) {
            if (noise->size() > 1) {
                variances[static_cast<Index>(r)] +=
                    scale * fitted.trace(fitted.seen(*base, labelling.shares), static_cast<Index>(r));
                continue;
            }
            auto [place, is_new] = fitted.known.try_emplace({base.get(), labelling.shares});
            if (is_new) place->second = fitted.traces(fitted.seen(*base, labelling.shares));
            variances += scale * place->second;
        }
    return variances;
}

std::vector<Covariance> CovarianceRun::covariances_of(const Labelling& labelling, Fitted& fitted, std::size_t level) const
{
    const auto* carried = labelling.carried(level);
    if (carried == nullptr && !labelling.has_noise(level)) return {};
    const Index m = fitted.filters.rows(), ridges = fitted.filters.cols();
    const Matrix own = fitted.spectral.noise(labelling.variances[level]);
    const Matrix noise = own.cols() == m ? own : Matrix(own.col(0).asDiagonal());
    Matrix F;
    std::vector<Covariance> result;
    for (Index r = 0; r < ridges; ++r) {
        const Covariance* before =
            carried == nullptr ? nullptr : &(*carried)[carried->size() == 1 ? 0 : static_cast<std::size_t>(r)];
        if (F.size() == 0 || (carried != nullptr && carried->size() > 1)) {
            F = noise;
            for (std::size_t i = 0; before != nullptr && i < before->terms.size(); ++i)
                F += before->terms[i].scale * fitted.seen(*before->terms[i].base, labelling.shares);
        }
        const auto c = fitted.filters.col(r);
        Matrix inner = c.asDiagonal() * F * c.asDiagonal();
        result.push_back({{{std::make_shared<const CovarianceBase>(fitted.directions, std::move(inner)), 1}}});
    }
    return result;
}

void CovarianceRun::fitted(const Step& step)
{
    const Fit& first = step.fits[0];
    std::vector<estimator::Design> designs;
    std::vector<double> weights;
    for (const Use& use : first.uses) {
        designs.push_back(replicate_->design(use.block, eigenvalues_of(use.block, *replicate_, *spectra_)));
        weights.push_back(use.weight * use.block.rows);
    }
    SpectralFit spectral(std::move(designs), weights, replicate_->meter);
    replicate_->meter.measure(support::Phase::solves, [&] {
        Matrix filters = spectral.filters(ridge_values(*course_, step));
        Fitted fitted{std::move(spectral), std::move(filters)};
        const Matrix& P = fitted.spectral.directions();
        fitted.directions = std::make_shared<const Matrix>(P);
        if (step.wants_errors)
            fitted.overlaps =
                numerics::gram(replicate_->model.eigenvalues.cwiseSqrt().asDiagonal() * P).selfadjointView<Eigen::Lower>();
        Matrix signal;
        std::vector<Matrix> signal_of;  // labels that `signal` comes from
        for (std::size_t k = 0; k < step.fits.size(); ++k) {
            Labelling labelling = labelling_of(step.fits[k], step.narrow_labels);
            if (k == 0 || labelling.signal != signal_of) {  // least squares passes on the truth: then they are all the same
                const Matrix coordinates = fitted.spectral.coordinates(labelling.signal);
                Matrix filtered = fitted.filters;
                for (Index r = 0; r < filtered.cols(); ++r)
                    filtered.col(r).array() *= coordinates.col(coordinates.cols() == 1 ? 0 : r).array();
                signal = numerics::multiply(P, filtered);
                signal_of = labelling.signal;
            }
            if (step.wants_errors) enter(step, k, signal, {variances_of(labelling, fitted, 0), variances_of(labelling, fitted, 1)});
            if (!is_evaluation(*course_, step) && step.wants_weights)
                models_[step.number] = {signal, {covariances_of(labelling, fitted, 0), covariances_of(labelling, fitted, 1)}};
        }
    });
}

}  // namespace collapse::protocol
