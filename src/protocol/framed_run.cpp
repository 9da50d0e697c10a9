#include "framed_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/protocol/structure.hpp"

namespace collapse::protocol {

namespace {

constexpr std::size_t most_others = 6;

/// The number of b of a level among the columns of Combination::shares.
constexpr Index part_of(Level level) { return 1 + static_cast<Index>(number_of(level)); }

/// The model that labels a fit; -1: none.
double model_of(const problem::Labels& labels)
{
    double model = -1;
    for (const Share& share : labels.models)
        if (share.share != 0 && share.of >= 0) model = share.of;
    return model;
}

/// R upper triangular with R' R = the matrix, also if that is singular: a column that depends on those before adds no row.
Matrix triangle_of(const Matrix& products)
{
    const Index n = products.rows();
    Matrix R = Matrix::Zero(n, n);
    for (Index i = 0; i < n; ++i) {
        const double left = products(i, i) - R.col(i).head(i).squaredNorm();
        if (left <= 1e-15 * products(i, i) && std::isfinite(left)) continue;
        R(i, i) = std::sqrt(left);  // no number where products overflow
        for (Index j = i + 1; j < n; ++j) R(i, j) = (products(i, j) - R.col(i).head(i).dot(R.col(j).head(i))) / R(i, i);
    }
    return R;
}

}  // namespace

std::optional<Isotropy> isotropy_of(const Vector& eigenvalues)
{
    Vector sorted = eigenvalues;
    const auto middle = sorted.begin() + sorted.size() / 2;
    std::nth_element(sorted.begin(), middle, sorted.end());
    Isotropy result{{}, *middle};
    for (Index j = 0; j < eigenvalues.size(); ++j) {
        if (eigenvalues[j] == result.variance) continue;
        if (result.others.size() == most_others) return std::nullopt;
        result.others.push_back(j);
    }
    if (!(eigenvalues.minCoeff() > 0)) return std::nullopt;
    return result;
}

Index frame_of(const Course& course, std::size_t others, std::size_t teachers)
{
    return static_cast<Index>(others + 2 + teachers) + std::ranges::count(course.carried, true);
}

bool is_framed(const Course& course, double d, std::size_t others, std::size_t teachers)
{
    const Index frame = frame_of(course, others, teachers);
    return course.separate && others <= most_others && frame <= estimator::largest_frame &&
           std::min(d, course.least_rows) >= static_cast<double>(2 * frame + 2);
}

FramedRun::FramedRun(const Course& course, const Replicate& replicate, const Isotropy& isotropy,
                     const std::vector<Vector>& teachers)
    : course_(&course),
      replicate_(&replicate),
      isotropy_(&isotropy),
      carried_(levels_in(course.carried)),
      others_(static_cast<Index>(isotropy.others.size())),
      fixed_(1 + static_cast<Index>(carried_.size())),
      alive_(fixed_ + 1 + static_cast<Index>(teachers.size())),
      variances_(Vector::Constant(others_ + alive_, isotropy.variance))
{
    std::vector<const Vector*> fixed{&replicate.model.teacher};
    for (const Vector& teacher : teachers) fixed.push_back(&teacher);
    State start{Matrix::Zero(others_, alive_), Matrix::Zero(alive_, alive_)};
    for (Index i = 0; i < others_; ++i) {
        variances_[i] = replicate.model.eigenvalues[isotropy.others[static_cast<std::size_t>(i)]];
        for (Index a = fixed_; a < alive_; ++a)
            start.inside(i, a) = (*fixed[static_cast<std::size_t>(a - fixed_)])[isotropy.others[static_cast<std::size_t>(i)]];
    }
    for (Index a = fixed_; a < alive_; ++a)
        for (Index b = fixed_; b < alive_; ++b) {
            Vector product =
                fixed[static_cast<std::size_t>(a - fixed_)]->cwiseProduct(*fixed[static_cast<std::size_t>(b - fixed_)]);
            for (const Index other : isotropy.others) product[other] = 0;
            start.outside(a, b) = product.sum();
        }
    models_[-1] = {start};
}

FramedRun::Result FramedRun::operator()()
{
    for (std::size_t s = 0; s < course_->steps.size(); ++s) {
        const Step& step = course_->steps[s];
        draw(step);
        for (std::size_t k = 0; k < step.fits.size(); ++k) take(step, k);
        for (const double fit : course_->endings[s].models) models_.erase(fit);
    }
    return std::move(result_);
}

const std::vector<FramedRun::State>& FramedRun::states_before(const Fit& fit) const
{
    return models_.at(model_of(fit.uses[0].labels));
}

/// Rows of a step, drawn once for all of its fits.
void FramedRun::draw(const Step& step)
{
    const problem::Block& block = step.fits[0].uses[0].block;
    const Index d = replicate_->model.eigenvalues.size(), T = static_cast<Index>(block.rows), k = others_ + alive_;
    rng::Engine engine = replicate_->draws.stream(Purpose::design, place_of(block));
    if (step.way == Way::drawn) {
        Given given{Matrix::Identity(k, k + 1), Matrix::Identity(k + 1, k + 1)};
        const Vector noise = replicate_->meter.measure(support::Phase::sampling, [&] {
            return replicate_->covariates.least_squares_noise_along(engine, d, T, variances_, isotropy_->variance);
        });
        given.coordinates.col(k) = noise.head(k);
        given.products.col(k).head(k) = noise.head(k);
        given.products.row(k).head(k) = noise.head(k).transpose();
        given.products(k, k) = noise.squaredNorm();
        given_ = {std::move(given)};
        return;
    }
    const estimator::BandedRows rows = replicate_->meter.measure(support::Phase::sampling, [&] {
        return replicate_->covariates.banded_rows(engine, d, T, variances_, isotropy_->variance);
    });
    const Vector noise = replicate_->noise(block, 0, rows.count());
    std::vector<double> ridges;
    for (const std::size_t i : course_->ridges) ridges.push_back(step.fits[0].ridges[i]);
    if (!step.fits[0].swept) ridges.resize(1);
    given_ = replicate_->meter.measure(support::Phase::factorisation, [&] { return estimator::fit_frame(rows, noise, ridges); });
}

/// Fit number k of a step, for every ridge. States are worked out only where other rows are labelled by them.
void FramedRun::take(const Step& step, std::size_t k)
{
    const bool evaluation = is_evaluation(*course_, step);
    const Fit& fit = step.fits[k];
    const std::vector<State>& before = states_before(fit);
    const std::size_t ridges = step.narrow ? 1 : course_->ridges.size();
    const bool labels = !evaluation && course_->last_reference.contains(step.number);
    std::vector<State> states;
    std::vector<ErrorForm> errors;
    Combination made;
    for (std::size_t r = 0; r < ridges; ++r) {
        const State& from = before[before.size() == 1 ? 0 : r];
        if (r == 0 || before.size() > 1) made = combination(from, fit, step.way == Way::drawn);
        const Given& given = given_[given_.size() == 1 ? 0 : r];
        if (step.wants_errors) errors.push_back(this->errors(made, given));
        if (labels) states.push_back(after(from, made, given));
    }
    if (step.wants_errors && !evaluation) result_.fits[step.number] = errors;
    if (!step.n.empty()) result_.evaluated[step.n[k]] = std::move(errors);
    if (labels) models_[step.number] = std::move(states);
}

/// Labels X (w0 + s) + noise, s = q e + teachers, with noise part X q b: with M w0 = w0 - g,
///   e' = M (w0 + s) - w0 = z s - g w0,   b' = z q b + size zeta for each level,
/// and where labels are reproduced, e' = s, b' = q b + size times the noise of least squares.
FramedRun::Combination FramedRun::combination(const State& before, const Fit& fit, bool reproduced) const
{
    const problem::Labels& labels = fit.uses[0].labels;
    const Index k = others_ + alive_;
    double share = 0;  // of the model before; the truth has what is left of one
    for (const Share& model : labels.models)
        if (model.of >= 0) share += model.share;
    Combination made{Matrix(k, alive_), Matrix::Zero(reproduced ? k + 1 : 2 * k + 1, 1 + static_cast<Index>(level_count))};
    made.axes << before.inside, triangle_of(before.outside);
    made.shares.col(0).head(k) = share * made.axes.col(0);
    for (const Share& teacher : labels.teachers)
        made.shares.col(0).head(k) += teacher.share * made.axes.col(fixed_ + 1 + static_cast<Index>(teacher.of));
    if (!reproduced) made.shares.col(0).segment(k, k) = -made.axes.col(fixed_);
    for (std::size_t i = 0; i < carried_.size(); ++i)
        made.shares.col(part_of(carried_[i])).head(k) = share * made.axes.col(1 + static_cast<Index>(i));
    for (const Level level : {Level::sigma, Level::sigma0})
        made.shares(made.shares.rows() - 1, part_of(level)) = std::sqrt(noise_variance(labels, level));
    return made;
}

FramedRun::State FramedRun::after(const State& before, const Combination& made, const Given& given) const
{
    Matrix shares(made.shares.rows(), fixed_);
    shares.col(0) = made.shares.col(0);
    for (std::size_t i = 0; i < carried_.size(); ++i) shares.col(1 + static_cast<Index>(i)) = made.shares.col(part_of(carried_[i]));
    const Matrix coordinates = given.coordinates * shares, inside = coordinates.topRows(others_);
    const Matrix along = made.axes.transpose() * coordinates;  // products with the vectors alive
    State after = before;
    after.inside.leftCols(fixed_) = inside;
    const Matrix fixed = (along - before.inside.transpose() * inside).bottomRows(alive_ - fixed_);
    after.outside.topLeftCorner(fixed_, fixed_) = shares.transpose() * given.products * shares - inside.transpose() * inside;
    after.outside.bottomLeftCorner(alive_ - fixed_, fixed_) = fixed;
    after.outside.topRightCorner(fixed_, alive_ - fixed_) = fixed.transpose();
    return after;
}

/// sum_j s_j v_j^2 of e and of b for each level.
ErrorForm FramedRun::errors(const Combination& made, const Given& given) const
{
    const auto error_of = [&](Index part) {
        const auto share = made.shares.col(part);
        if (!share.allFinite()) return std::numeric_limits<double>::infinity();  // its square was too large
        double sum = isotropy_->variance * share.dot(given.products.lazyProduct(share));
        for (Index i = 0; i < others_; ++i) {
            const double inside = given.coordinates.row(i).dot(share);
            sum += (variances_[i] - isotropy_->variance) * inside * inside;
        }
        return sum;
    };
    ErrorForm form{.bias = error_of(0)};
    for (const Level level : {Level::sigma, Level::sigma0}) form.variance[number_of(level)] = error_of(part_of(level));
    return form;
}

}  // namespace collapse::protocol
