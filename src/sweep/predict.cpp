#include "collapse/sweep/predict.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/estimator/covariates.hpp"
#include "collapse/numerics/derivative.hpp"
#include "collapse/protocol/predict.hpp"
#include "collapse/protocol/structure.hpp"
#include "collapse/theory/scaling_laws.hpp"

namespace collapse::sweep {

namespace {

using problem::Nodes;
using protocol::Prediction;
using protocol::Protocol;
using support::Table;

constexpr double longest_step = numerics::difference_step;
constexpr double share_of_distance = 0.005;  ///< the error has a pole at T = d: steps must be short beside the distance
constexpr auto places = numerics::difference_places;
using numerics::derivative;

const Axis* axis_called(const Settings& settings, std::string_view name)
{
    const auto found = std::ranges::find(settings.axes, name, [](const Axis& axis) { return axis.name(); });
    return found == settings.axes.end() ? nullptr : &*found;
}

double exponent_of_T0(const Cell& cell) { return std::log(cell.T0) / std::log(cell.T); }

double log_error(const Prediction& prediction) { return std::log(prediction.asymptotic.test_error); }

/// Whether parameters of the sweep follow this one, however far: T0 = 2 T, or lambda0 = lambda with lambda = T^-ell.
bool something_follows(const Settings& settings, std::string_view parameter)
{
    return std::ranges::any_of(
        settings.axes, [&](const Axis& axis) { return axis.is_tie() && axis.coordinate->follows->parameter->name == parameter; });
}

/// Sets again what follows another parameter of the cell; but for d, which stays.
void follow(const Settings& settings, Cell& cell)
{
    for (const Axis& axis : settings.axes)
        if (axis.is_tie() && axis.name() != "d") axis.coordinate->set(cell, axis.values.front());
}

/// Along T, everything else following that is a power of T on this row, or follows T.
class AlongT {
  public:
    AlongT(const Settings& settings, const RowPart& part)
        : settings_(&settings),
          part_(part),
          ell_(axis_called(settings, "ell")),
          a_(axis_called(settings, "a")),
          b_(axis_called(settings, "b") ? exponent_of_T0(part.row.cell) : 0)
    {
        const Cell& cell = part.row.cell;
        const auto distance = [&](double rows) { return std::abs(std::log(rows / cell.d)); };
        const double nearest =
            b_ != 0 || something_follows(settings, "T") ? std::min(distance(cell.T), distance(cell.T0)) : distance(cell.T);
        step_ = nearest == 0 ? longest_step : std::min(longest_step, share_of_distance * nearest);
    }

    double step() const { return step_; }

    /// The row at T e^t.
    Row at(double t) const
    {
        Row moved = part_.row;
        moved.counts = protocol::Counts::real;
        moved.cell.T *= std::exp(t);
        if (b_ != 0) moved.cell.T0 *= std::exp(b_ * t);
        for (std::size_t i = 0; i < moved.lambda.size() && ell_; ++i) moved.lambda[i] *= std::exp(-exponent_of_ridge(i) * t);
        for (std::size_t j = 0; j < moved.generations.size() && a_; ++j)
            moved.generations[j] *= std::exp(a_->values[part_.generations[j]] * t);
        moved.cell.lambda = moved.lambda.front();  // where something follows it there is one
        follow(*settings_, moved.cell);
        moved.cell.lambda = Cell::unset;
        return moved;
    }

  private:
    double exponent_of_ridge(std::size_t i) const
    {
        if (!something_follows(*settings_, "lambda")) return ell_->values[part_.ridges[i]];
        return -std::log(part_.row.lambda[i]) / std::log(part_.row.cell.T);
    }

    const Settings* settings_;
    RowPart part_;
    const Axis *ell_, *a_;
    double b_, step_;
};

void enter_rates_T(const Settings& settings, const Protocol& protocol, const RowPart& part, const Nodes& nodes,
                   Table<Prediction>& predictions)
{
    const AlongT path(settings, part);
    std::vector<Table<Prediction>> moved;
    for (const double place : places)
        moved.push_back(protocol.predict(path.at(place * path.step()), nodes, settings.model.choices));
    for (std::size_t cell = 0; cell < predictions.size(); ++cell) {
        const double rate = derivative(path.step(), [&](std::size_t k) { return log_error(moved[k][cell]); });
        const bool defined = std::isfinite(log_error(predictions[cell])) && std::isfinite(rate);
        predictions[cell].rates.T = defined ? rate : std::numeric_limits<double>::quiet_NaN();
    }
}

/// The values x e^(k h) of all x that are positive and finite, x by x.
std::vector<double> neighbours(const std::vector<double>& values)
{
    std::vector<double> result;
    for (const double x : values)
        for (const double place : places)
            if (x > 0 && std::isfinite(x)) result.push_back(x * std::exp(place * longest_step));
    return result;
}

/// Where something follows lambda: the row has one, and what follows goes with it.
void enter_rate_of_one_lambda(const Settings& settings, const Protocol& protocol, const Row& row, const Nodes& nodes,
                              Table<Prediction>& predictions)
{
    std::vector<Table<Prediction>> known;
    for (const double lambda : neighbours(row.lambda)) {
        Row moved = row;
        moved.counts = protocol::Counts::real;
        moved.lambda = {moved.cell.lambda = lambda};
        follow(settings, moved.cell);
        moved.cell.lambda = Cell::unset;
        known.push_back(protocol.predict(moved, nodes, settings.model.choices));
    }
    for (std::size_t j = 0; j < row.generations.size(); ++j)
        predictions(0, j).rates.lambda = derivative(longest_step, [&](std::size_t k) { return log_error(known[k](0, j)); });
}

void enter_rates_lambda(const Settings& settings, const Protocol& protocol, const Row& row, const Nodes& nodes,
                        Table<Prediction>& predictions)
{
    Row moved = row;
    moved.lambda = neighbours(row.lambda);
    if (moved.lambda.empty()) return;
    if (something_follows(settings, "lambda")) return enter_rate_of_one_lambda(settings, protocol, row, nodes, predictions);
    const auto known = protocol.predict(moved, nodes, settings.model.choices);
    for (std::size_t i = 0, first = 0; i < row.lambda.size(); ++i) {
        if (!(row.lambda[i] > 0)) continue;
        for (std::size_t j = 0; j < row.generations.size(); ++j)
            predictions(i, j).rates.lambda =
                derivative(longest_step, [&](std::size_t k) { return log_error(known(first + k, j)); });
        first += places.size();
    }
}

/// Where n may be any real number.
void enter_rates_n(const Settings& settings, const Protocol& protocol, const Row& row, const Nodes& nodes,
                   Table<Prediction>& predictions)
{
    Row moved = row;
    moved.generations = neighbours(row.generations);
    if (moved.generations.empty()) return;
    const auto known = protocol.predict(moved, nodes, settings.model.choices);
    for (std::size_t j = 0, first = 0; j < row.generations.size(); ++j) {
        if (!(row.generations[j] > 0 && std::isfinite(row.generations[j]))) continue;
        for (std::size_t i = 0; i < row.lambda.size(); ++i)
            predictions(i, j).rates.n = derivative(longest_step, [&](std::size_t k) { return log_error(known(i, first + k)); });
        first += places.size();
    }
}

/// The derivative at the middle of three values at steps of 1, by the curve A + B m^n through them (m = 1: a line); through
/// values that rise and fall there is none, and a parabola takes its place.
double slope_through(double before, double here, double after)
{
    const double rise = here - before, next = after - here;
    if (rise == 0 || next == 0 || (rise > 0) != (next > 0)) return (rise + next) / 2;
    const double excess = next / rise - 1;
    return excess == 0 ? rise : next * std::log1p(excess) / excess;
}

/// Where a chain goes generation by generation, and n = 0, 1, 2, ...: (n / E) dE/dn, with dE/dn = (4 D(1) - D(2)) / 3 from the curves
/// D(h) through E(n - h), E(n), E(n + h); D(1) alone for n = 1. Exact where the error grows linearly or exponentially with n, or
/// saturates exponentially; for other smooth E(n) the error is that of fourth (n = 1: second) order in a step of 1.
void enter_rates_n_by_steps(const Settings& settings, const Protocol& protocol, const Row& row, const Nodes& nodes,
                            Table<Prediction>& predictions)
{
    Row moved = row;
    moved.generations.clear();
    for (const double n : row.generations)
        for (double m = std::max(0.0, n - 2); n >= 1 && std::isfinite(n) && m <= n + 2; ++m) moved.generations.push_back(m);
    if (moved.generations.empty()) return;
    std::ranges::sort(moved.generations);
    const auto last = std::unique(moved.generations.begin(), moved.generations.end());  // not ranges::unique, see list.cpp
    moved.generations.erase(last, moved.generations.end());
    const auto known = protocol.predict(moved, nodes, settings.model.choices);
    for (std::size_t j = 0; j < row.generations.size(); ++j) {
        const double n = row.generations[j];
        if (n < 1 || std::isinf(n)) continue;
        const auto here = static_cast<std::size_t>(std::ranges::lower_bound(moved.generations, n) - moved.generations.begin());
        for (std::size_t i = 0; i < row.lambda.size(); ++i) {
            const auto error = [&](std::size_t place) { return known(i, place).asymptotic.test_error; };
            const auto slope = [&](std::size_t step) {
                return slope_through(error(here - step), error(here), error(here + step)) / static_cast<double>(step);
            };
            predictions(i, j).rates.n = n / error(here) * (n == 1 ? slope(1) : (4 * slope(1) - slope(2)) / 3);
        }
    }
}

/// Where slopes are known. Along T everything follows that is a power of T on this row.
void enter_rates(const Settings& settings, const RowPart& part, const Table<protocol::Slopes>& slopes,
                 Table<Prediction>& predictions)
{
    const Axis *ell = axis_called(settings, "ell"), *a = axis_called(settings, "a"), *b = axis_called(settings, "b");
    for (std::size_t i = 0; i < predictions.rows(); ++i)
        for (std::size_t j = 0; j < predictions.columns(); ++j) {
            const protocol::Slopes& slope = slopes(i, j);
            protocol::Rates& rates = predictions(i, j).rates;
            rates.lambda = slope.lambda;
            rates.n = slope.n;
            rates.T = slope.T;
            if (ell) rates.T -= ell->values[part.ridges[i]] * slope.lambda;
            if (a) rates.T += a->values[part.generations[j]] * slope.n;
            if (b) rates.T += exponent_of_T0(part.row.cell) * slope.T0;
        }
}

/// By differences.
void enter_rates(const Settings& settings, const Protocol& protocol, const RowPart& part, const Nodes& nodes,
                 Table<Prediction>& predictions)
{
    enter_rates_T(settings, protocol, part, nodes, predictions);
    enter_rates_lambda(settings, protocol, part.row, nodes, predictions);
    const auto enter_n = protocol.continuous_generations(part.row, settings.model.choices) ? enter_rates_n : enter_rates_n_by_steps;
    enter_n(settings, protocol, part.row, nodes, predictions);
}

/// Whether power laws are the whole problem.
bool has_power_laws(const problem::ModelSettings& model)
{
    return !model.has_data() && problem::spectrum_called(model.spectrum).is_power_law() &&
           problem::teacher_called(model.teacher).is_power_law();
}

/// Where lambda is a power of T, power laws are the whole problem, and models hand labels on: T rows after generators without ridge
/// on T0 rows.
void enter_asymptotic_rates(const Settings& settings, const RowPart& part, const protocol::Scheme& scheme,
                            Table<Prediction>& predictions)
{
    const Axis *ell = axis_called(settings, "ell"), *b = axis_called(settings, "b"), *a = axis_called(settings, "a");
    if (!ell || !has_power_laws(settings.model) || !protocol::hands_labels_on(scheme)) return;
    if (something_follows(settings, "T") || something_follows(settings, "lambda")) return;  // the laws are of constants and powers
    const Row& row = part.row;
    const Cell& cell = row.cell;
    const protocol::Fit generator = scheme.generation(0), student = scheme.evaluated(1);
    const auto noisy = [](const protocol::Fit& fit) { return protocol::noise_variance(protocol::present_uses(fit)[0].labels) > 0; };
    if (protocol::rows_of(student) != cell.T) return;
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            const double n = row.generations[j];
            if (std::isinf(n) || (n > 0 && (generator.ridges[i] > 0 || protocol::rows_of(generator) != cell.T0))) continue;
            predictions(i, j).rates.asymptotic_T = theory::asymptotic_rate({.beta = cell.beta,
                                                                            .r = problem::r_from_alpha(cell.alpha, cell.beta),
                                                                            .ell = ell->values[part.ridges[i]],
                                                                            .b = b ? exponent_of_T0(cell) : 0,
                                                                            .a = a ? a->values[part.generations[j]] : 0,
                                                                            .noise = noisy(student),
                                                                            .generations = n > 0,
                                                                            .synthetic_noise = noisy(generator),
                                                                            .least_squares = cell.T0 > cell.d});
        }
}

/// Whether the formulae for finite sizes hold, which are of Wishart matrices: independent entries are Gaussian if they are isotropic.
bool has_exact(const problem::ModelSettings& model)
{
    return !model.has_data() && estimator::covariates_called(model.covariates).isotropic();
}

void forget_exact(Table<Prediction>& predictions)
{
    for (std::size_t cell = 0; cell < predictions.size(); ++cell)
        predictions[cell].exact = std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Table<Prediction> predict(const Settings& settings, const RowPart& part)
{
    const Protocol& protocol = protocol_of(settings);
    const Nodes nodes = problem::nodes_of(settings.model, part.row.cell);
    Row appended = part.row;
    appended.generations.push_back(0);
    const auto wanted = axis_called(settings, "b") ? protocol::Wanted::slopes_and_T0 : protocol::Wanted::slopes;
    const protocol::Scheme scheme = protocol.scheme(appended, settings.model.choices);
    const protocol::WithSlopes known = protocol::predict(scheme, appended, nodes, wanted);
    Table<Prediction> predictions = protocol::beside_clean(known.predictions);
    if (!has_exact(settings.model)) forget_exact(predictions);
    const bool ties = something_follows(settings, "T") || something_follows(settings, "lambda");
    if (known.slopes.size() > 0 && !ties) enter_rates(settings, part, known.slopes, predictions);
    else enter_rates(settings, protocol, part, nodes, predictions);
    enter_asymptotic_rates(settings, part, scheme, predictions);
    return predictions;
}

}  // namespace collapse::sweep
