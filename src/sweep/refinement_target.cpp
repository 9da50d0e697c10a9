#include "refinement_target.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "collapse/problem/model.hpp"

namespace collapse::sweep {

namespace {

using problem::Errors;

/// The number of the largest component: clean bias, clean variance, and what synthetic generations add to either.
double regime(const Errors& clean, const Errors& all)
{
    const std::array components{clean.bias, clean.variance, all.bias - clean.bias, all.variance - clean.variance};
    if (std::isnan(all.test_error)) return Cell::unset;
    const auto less = [](double a, double b) { return a < b || (std::isnan(a) && !std::isnan(b)); };  // inf - inf is unknown
    return static_cast<double>(std::ranges::max_element(components, less) - components.begin());
}

double log_test_error(const Errors&, const Errors& all) { return std::log(all.test_error); }

double log_ratio(const Errors& clean, const Errors& all) { return std::log(all.test_error) - std::log(clean.test_error); }

}  // namespace

RefinementTarget::RefinementTarget(const Settings& settings)
    : settings_(&settings),
      protocol_(&protocol::protocol_called(settings.protocol)),
      value_(settings.refine.on == "regime"       ? regime
             : settings.refine.on == "test_error" ? log_test_error
                                                  : log_ratio),
      tolerance_(settings.refine.tolerance)  // 0 for regimes: any two differ
{
}

Table<double> RefinementTarget::operator()(Row row) const
{
    const std::size_t columns = row.generations.size();
    row.generations.push_back(0);  // the same cells without synthetic generations
    const auto predictions = protocol_->predict(row, problem::nodes_of(settings_->model, row.cell), settings_->model.choices);
    Table<double> values(row.lambda.size(), columns);
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < columns; ++j)
            values(i, j) = value_(predictions(i, columns).asymptotic, predictions(i, j).asymptotic);
    return values;
}

}  // namespace collapse::sweep
