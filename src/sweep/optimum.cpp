#include "collapse/sweep/optimum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collapse/numerics/plane_minimum.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/sweep/cell_along.hpp"

namespace collapse::sweep {

namespace {

using numerics::Minimum;
using numerics::Place;
using numerics::PlaneMinimum;

bool is_generations(const SearchRange& range) { return range.name() == "n"; }

/// The place in the range that a search variable stands for, and its ends.
double value_at(const SearchRange& range, double x) { return range.logarithmic ? std::exp(x) : x; }
double lowest(const SearchRange& range) { return range.logarithmic ? std::log(range.low) : range.low; }
double highest(const SearchRange& range) { return range.logarithmic ? std::log(range.high) : range.high; }

/// Ends are hit exactly, also where exp(log x) differs from x.
double exact_value(const SearchRange& range, double x, Place place)
{
    return place == Place::lower_border ? range.low : place == Place::upper_border ? range.high : value_at(range, x);
}

class Search {
  public:
    Search(const Settings& settings, CellIndex index, std::vector<SearchRange> over, bool clean)
        : settings_(&settings),
          protocol_(&protocol_of(settings)),
          over_(std::move(over)),
          clean_(clean),
          cell_(settings, index, coordinates_of(over_))
    {
    }

    Optimum operator()()
    {
        if (over_.empty()) return {{}, error_at({}), {}};
        if (over_.size() == 1) return one(minimise(0, [](double x) { return std::vector{x}; }));
        const std::size_t whole = over_[0].whole ? 0 : 1, other = 1 - whole;
        return over_[whole].whole ? two(whole, nested(whole, other)) : plane();
    }

  private:
    static std::vector<CoordinatePointer> coordinates_of(const std::vector<SearchRange>& over)
    {
        std::vector<CoordinatePointer> result;
        for (const SearchRange& range : over) result.push_back(range.coordinate);
        return result;
    }

    /// Test errors of a cell with other ridges, or for other numbers of generations.
    std::vector<double> errors_of(const Cell& cell, const std::vector<double>& ridges, const std::vector<double>& generations)
    {
        const protocol::Row row{cell, ridges, generations};
        const auto known = protocol_->predict(row, cell_.nodes(cell), settings_->model.choices);
        std::vector<double> result;
        for (std::size_t j = 0; j < known.size(); ++j) result.push_back(known[j].asymptotic.test_error);
        return result;
    }

    double error_at(const std::vector<double>& values)
    {
        const Cell cell = cell_.at(values);
        return errors_of(cell, {cell.lambda}, {clean_ ? 0 : cell.n})[0];
    }

    /// Test errors at several values of coordinate k, the others being as `values_with` says; of a row, if they are of one.
    template <class ValuesWith>
    std::vector<double> errors_along(std::size_t k, ValuesWith values_with, const std::vector<double>& places)
    {
        const Cell cell = cell_.at(values_with(places[0]));
        if (is_generations(over_[k])) return errors_of(cell, {cell.lambda}, places);
        std::vector<double> result;
        if (cell_.is_ridge(k)) {
            for (const double place : places) result.push_back(cell_.at(values_with(place)).lambda);
            return errors_of(cell, result, {clean_ ? 0 : cell.n});
        }
        for (const double place : places) result.push_back(error_at(values_with(place)));
        return result;
    }

    /// The minimum over coordinate k, the others being as `values_with` says.
    template <class ValuesWith>
    Minimum minimise(std::size_t k, ValuesWith values_with)
    {
        const SearchRange& range = over_[k];
        if (!range.whole) {
            const auto errors = [&](std::vector<double> places) {
                for (double& x : places) x = value_at(range, x);
                return errors_along(k, values_with, places);
            };
            Minimum minimum = numerics::minimise_several(errors, lowest(range), highest(range));
            minimum.x = exact_value(range, minimum.x, minimum.place);
            return minimum;
        }
        const auto errors = [&](const std::vector<double>& places) { return errors_along(k, values_with, places); };
        return numerics::minimise_whole(errors, range.low, range.high);
    }

    /// 1. for every value of `outer` the best of `inner`, which is whole; 2. `outer` again with that of the best value, since a
    /// minimum of minima is one of each.
    std::array<Minimum, 2> nested(std::size_t inner, std::size_t outer)
    {
        const auto both = [&](double in, double out) { return inner == 0 ? std::vector{in, out} : std::vector{out, in}; };
        const auto best_inner = [&](double out) { return minimise(inner, [&](double in) { return both(in, out); }); };
        const SearchRange& range = over_[outer];
        Minimum found{};
        if (range.whole) {
            const auto errors = [&](const std::vector<double>& places) {
                std::vector<double> result;
                for (const double place : places) result.push_back(best_inner(place).value);
                return result;
            };
            found = numerics::minimise_whole(errors, range.low, range.high);
        } else {
            found =
                numerics::minimise([&](double x) { return best_inner(value_at(range, x)).value; }, lowest(range), highest(range));
            found.x = exact_value(range, found.x, found.place);
        }
        const double anywhere = found.place == Place::nowhere ? range.low : found.x;
        const Minimum within = best_inner(anywhere);
        const double fixed = within.place == Place::nowhere ? over_[inner].low : within.x;
        if (!range.whole) found = minimise(outer, [&](double out) { return both(fixed, out); });
        return {within, found};
    }

    Optimum plane()
    {
        const auto error = [this](double x, double y) { return error_at({value_at(over_[0], x), value_at(over_[1], y)}); };
        const PlaneMinimum found =
            numerics::minimise_plane(error, {lowest(over_[0]), lowest(over_[1])}, {highest(over_[0]), highest(over_[1])});
        Optimum result{{}, found.value, {found.place[0], found.place[1]}};
        for (std::size_t k = 0; k < 2; ++k) result.x.push_back(exact_value(over_[k], found.x[k], found.place[k]));
        return result;
    }

    static Optimum one(const Minimum& found) { return {{found.x}, found.value, {found.place}}; }

    static Optimum two(std::size_t inner, const std::array<Minimum, 2>& found)
    {
        const auto& [within, outside] = found;
        Optimum result{
            {within.x, outside.x}, std::isnan(outside.value) ? within.value : outside.value, {within.place, outside.place}};
        if (inner == 1) {
            std::swap(result.x[0], result.x[1]);
            std::swap(result.place[0], result.place[1]);
        }
        return result;
    }

    const Settings* settings_;
    const protocol::Protocol* protocol_;
    std::vector<SearchRange> over_;
    bool clean_;
    CellAlong cell_;
};

}  // namespace

CellOptimum find_optimum(const Settings& settings, CellIndex index, const std::vector<SearchRange>& over)
{
    support::ensure(over.size() == 1 || over.size() == 2, "an optimum is over one or two coordinates");
    CellOptimum found{Search(settings, index, over, false)(), {}};
    std::vector<SearchRange> others = over;
    std::erase_if(others, is_generations);
    const Optimum clean = Search(settings, index, others, true)();
    found.clean = {{}, clean.test_error, {}};
    for (std::size_t k = 0, next = 0; k < over.size(); ++k) {
        const bool without = is_generations(over[k]);
        found.clean.x.push_back(without ? Cell::unset : clean.x[next]);
        found.clean.place.push_back(without ? Place::nowhere : clean.place[next]);
        if (!without) ++next;
    }
    return found;
}

}  // namespace collapse::sweep
