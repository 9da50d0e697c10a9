#include "collapse/sweep/boundary.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/tools/toms748_solve.hpp>

#include "collapse/support/failure.hpp"
#include "collapse/sweep/cell_along.hpp"

namespace collapse::sweep {

namespace {

using protocol::Prediction;

constexpr double steps_per_decade = 24, linear_steps = 240;
constexpr double largest_excess = 1e-6;  ///< of log(one / other) at a crossing: beyond, theory jumps there

/// How far one quantity exceeds the other in a cell.
class Excess {
  public:
    Excess(const Settings& settings, CellIndex index, const BoundaryQuestion& question)
        : settings_(&settings),
          question_(&question),
          protocol_(&protocol_of(settings)),
          cell_(settings, index, std::array{question.along.coordinate})
    {
    }

    /// The value of the coordinate at a place of the scan, log x or x.
    double value(double place) const { return question_->along.logarithmic ? std::exp(place) : place; }

    Prediction at(double place)
    {
        const Cell cell = cell_.at(std::array{value(place)});
        const protocol::Row row{cell, {cell.lambda}, {cell.n}};
        return protocol::predict_with_clean(*protocol_, row, cell_.nodes(cell), settings_->model.choices)(0, 0);
    }

    /// Zero on the boundary; NaN or infinite where a quantity is not positive.
    double operator()(double place)
    {
        const Prediction known = at(place);
        if (question_->growth) return std::log(known.asymptotic.test_error / known.clean.test_error / *question_->growth);
        return std::log(question_->one.of(known)) - std::log(question_->other.of(known));
    }

  private:
    const Settings* settings_;
    const BoundaryQuestion* question_;
    const protocol::Protocol* protocol_;
    CellAlong cell_;
};

/// The side that all values are on; `unknown` if they differ or one is NaN or 0.
Side side_of(const std::vector<double>& excess)
{
    if (std::ranges::all_of(excess, [](double value) { return value > 0; })) return Side::above;
    if (std::ranges::all_of(excess, [](double value) { return value < 0; })) return Side::below;
    return Side::unknown;
}

}  // namespace

std::vector<SearchRange> boundary_ranges(const std::string& along)
{
    const CoordinatePointer coordinate = coordinate_called(along);
    support::validate(along != "d", "--along d is not possible, because d is whole; choose another parameter");
    std::vector<SearchRange> ranges = default_ranges(coordinate);
    for (SearchRange& range : ranges) {
        const bool whole = coordinate->is_whole();  // theory takes them as real numbers
        range.logarithmic = range.logarithmic || whole;
        range.whole = false;
        if (along == "T") range.low = 10;
        if (along == "n") range.low = 1;
        if (whole) range.high = 1e8;
        if (along == "sigma0") range.low = 1e-3;
    }
    return ranges;
}

Boundary find_boundary(const Settings& settings, CellIndex index, const BoundaryQuestion& question)
{
    Excess excess_at(settings, index, question);
    const SearchRange& range = question.along;
    const double low = range.logarithmic ? std::log(range.low) : range.low,
                 high = range.logarithmic ? std::log(range.high) : range.high;
    const double wanted = range.logarithmic ? std::ceil((high - low) / std::log(10.0) * steps_per_decade) : linear_steps;
    const auto steps = static_cast<std::size_t>(std::max(1.0, wanted));
    std::vector<double> places(steps + 1), excess(steps + 1);
    for (std::size_t i = 0; i <= steps; ++i) {
        places[i] = i == steps ? high : low + static_cast<double>(i) / static_cast<double>(steps) * (high - low);
        excess[i] = excess_at(places[i]);
    }

    Boundary boundary{{}, side_of(excess)};
    const auto add = [&](double place, double beyond) {
        boundary.crossings.push_back({excess_at.value(place), excess_at.at(place).asymptotic.test_error, side_of({beyond})});
    };
    for (std::size_t i = 0; i <= steps; ++i) {
        const double left = i > 0 ? excess[i - 1] : Cell::unset, right = excess[i];
        if (right == 0) {
            add(places[i], i < steps ? excess[i + 1] : -left);
        } else if (std::isfinite(left) && std::isfinite(right) && left * right < 0) {
            std::uintmax_t evaluations = 100;
            const auto close = [](double a, double b) { return std::abs(b - a) <= 1e-14 * std::max(1.0, std::abs(a)); };
            const auto at = [&](double place) { return excess_at(place); };
            const auto [a, b] = boost::math::tools::toms748_solve(at, places[i - 1], places[i], left, right, close, evaluations);
            const double middle = 0.5 * (a + b);
            if (std::abs(excess_at(middle)) < largest_excess) add(middle, right);
        }
    }
    return boundary;
}

}  // namespace collapse::sweep
