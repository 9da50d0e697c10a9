#include "collapse/sweep/predict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "collapse/theory/scaling_laws.hpp"

namespace collapse::sweep {

namespace {

using problem::Nodes;
using protocol::Prediction;
using protocol::Protocol;
using support::Table;

constexpr double longest_step = 0.005;       ///< in log x: truncation and rounding errors of a rate are then both about 1e-11
constexpr double share_of_distance = 0.005;  ///< the error has a pole at T = d: steps must be short beside the distance

/// f' = (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12 h + O(h^4)
constexpr std::array places{-2.0, -1.0, 1.0, 2.0};
constexpr std::array factors{1.0 / 12, -8.0 / 12, 8.0 / 12, -1.0 / 12};

const Axis* axis_called(const Settings& settings, std::string_view name)
{
    const auto found = std::ranges::find(settings.axes, name, [](const Axis& axis) { return axis.name(); });
    return found == settings.axes.end() ? nullptr : &*found;
}

double exponent_of_T0(const Cell& cell) { return std::log(cell.T0) / std::log(cell.T); }

double log_error(const Prediction& prediction) { return std::log(prediction.asymptotic.test_error); }

/// Along T, everything else following that is a power of T on this row.
class AlongT {
  public:
    AlongT(const Settings& settings, const RowPart& part)
        : part_(part),
          ell_(axis_called(settings, "ell")),
          a_(axis_called(settings, "a")),
          b_(axis_called(settings, "b") ? exponent_of_T0(part.row.cell) : 0)
    {
        const Cell& cell = part.row.cell;
        const auto distance = [&](double rows) { return std::abs(std::log(rows / cell.d)); };
        const double nearest = b_ != 0 ? std::min(distance(cell.T), distance(cell.T0)) : distance(cell.T);
        step_ = nearest == 0 ? longest_step : std::min(longest_step, share_of_distance * nearest);
    }

    double step() const { return step_; }

    /// The row at T e^t.
    Row at(double t) const
    {
        Row moved = part_.row;
        moved.cell.T *= std::exp(t);
        if (b_ != 0) moved.cell.T0 *= std::exp(b_ * t);
        for (std::size_t i = 0; i < moved.lambda.size() && ell_; ++i)
            moved.lambda[i] *= std::exp(-ell_->values[part_.ridges[i]] * t);
        for (std::size_t j = 0; j < moved.generations.size() && a_; ++j)
            moved.generations[j] *= std::exp(a_->values[part_.generations[j]] * t);
        return moved;
    }

  private:
    RowPart part_;
    const Axis *ell_, *a_;
    double b_, step_;
};

void enter_rates_T(const Settings& settings, const Protocol& protocol, const RowPart& part, const Nodes& nodes,
                   Table<Prediction>& predictions)
{
    const AlongT path(settings, part);
    Table<double> rates(predictions.rows(), predictions.columns(), 0.0);
    for (std::size_t k = 0; k < places.size(); ++k) {
        const auto moved = protocol.predict(path.at(places[k] * path.step()), nodes, settings.model.choices);
        for (std::size_t cell = 0; cell < rates.size(); ++cell) rates[cell] += factors[k] / path.step() * log_error(moved[cell]);
    }
    for (std::size_t cell = 0; cell < rates.size(); ++cell) {
        const bool defined = std::isfinite(log_error(predictions[cell])) && std::isfinite(rates[cell]);
        predictions[cell].rates.T = defined ? rates[cell] : std::numeric_limits<double>::quiet_NaN();
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

void enter_rates_lambda(const Settings& settings, const Protocol& protocol, const Row& row, const Nodes& nodes,
                        Table<Prediction>& predictions)
{
    Row moved = row;
    moved.lambda = neighbours(row.lambda);
    if (moved.lambda.empty()) return;
    const auto known = protocol.predict(moved, nodes, settings.model.choices);
    for (std::size_t i = 0, first = 0; i < row.lambda.size(); ++i) {
        if (!(row.lambda[i] > 0)) continue;
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            double& rate = predictions(i, j).rates.lambda = 0;
            for (std::size_t k = 0; k < places.size(); ++k) rate += factors[k] / longest_step * log_error(known(first + k, j));
        }
        first += places.size();
    }
}

void enter_rates_n(const Settings& settings, const Protocol& protocol, const Row& row, const Nodes& nodes,
                   Table<Prediction>& predictions)
{
    Row moved = row;
    moved.generations = neighbours(row.generations);
    if (moved.generations.empty() || !protocol.continuous_generations()) return;
    const auto known = protocol.predict(moved, nodes, settings.model.choices);
    for (std::size_t j = 0, first = 0; j < row.generations.size(); ++j) {
        if (!(row.generations[j] > 0 && std::isfinite(row.generations[j]))) continue;
        for (std::size_t i = 0; i < row.lambda.size(); ++i) {
            double& rate = predictions(i, j).rates.n = 0;
            for (std::size_t k = 0; k < places.size(); ++k) rate += factors[k] / longest_step * log_error(known(i, first + k));
        }
        first += places.size();
    }
}

/// Where lambda is a power of T, and power laws are the whole problem.
void enter_asymptotic_rates(const Settings& settings, const RowPart& part, Table<Prediction>& predictions)
{
    const Axis *ell = axis_called(settings, "ell"), *b = axis_called(settings, "b"), *a = axis_called(settings, "a");
    const bool power_laws = settings.model.spectrum == "power_law" && settings.model.teacher == "power_law";
    if (!ell || !power_laws || settings.protocol != "replace") return;
    const Row& row = part.row;
    const Cell& cell = row.cell;
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            const double n = row.generations[j];
            if (std::isinf(n) || (n > 0 && cell.lambda0 > 0)) continue;
            predictions(i, j).rates.asymptotic_T = theory::asymptotic_rate({.beta = cell.beta,
                                                                            .r = problem::r_from_alpha(cell.alpha, cell.beta),
                                                                            .ell = ell->values[part.ridges[i]],
                                                                            .b = b ? exponent_of_T0(cell) : 0,
                                                                            .a = a ? a->values[part.generations[j]] : 0,
                                                                            .noise = cell.sigma > 0,
                                                                            .generations = n > 0,
                                                                            .synthetic_noise = cell.sigma0 > 0,
                                                                            .least_squares = cell.T0 > cell.d});
        }
}

}  // namespace

Table<Prediction> predict(const Settings& settings, const RowPart& part)
{
    const Row& row = part.row;
    const Protocol& protocol = protocol::protocol_called(settings.protocol);
    const Nodes nodes = problem::nodes_of(settings.model, row.cell);
    Table<Prediction> predictions = protocol::predict_with_clean(protocol, row, nodes, settings.model.choices);
    enter_rates_T(settings, protocol, part, nodes, predictions);
    enter_rates_lambda(settings, protocol, row, nodes, predictions);
    enter_rates_n(settings, protocol, row, nodes, predictions);
    enter_asymptotic_rates(settings, part, predictions);
    return predictions;
}

}  // namespace collapse::sweep
