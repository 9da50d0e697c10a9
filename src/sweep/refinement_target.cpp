#include "refinement_target.hpp"

#include <cmath>

#include "collapse/problem/components.hpp"
#include "collapse/problem/model.hpp"

namespace collapse::sweep {

namespace {

double regime(const Prediction& prediction)
{
    const problem::Regime largest = problem::regime_of(problem::components_of(prediction.asymptotic, prediction.clean));
    return largest == problem::Regime::none ? Cell::unset : static_cast<double>(largest);
}

double log_test_error(const Prediction& prediction) { return std::log(prediction.asymptotic.test_error); }

double log_ratio(const Prediction& prediction)
{
    return std::log(prediction.asymptotic.test_error) - std::log(prediction.clean.test_error);
}

}  // namespace

RefinementTarget::RefinementTarget(const Settings& settings)
    : settings_(&settings),
      protocol_(&protocol_of(settings)),
      value_(settings.refine.on == "regime"       ? regime
             : settings.refine.on == "test_error" ? log_test_error
                                                  : log_ratio),
      tolerance_(settings.refine.tolerance)  // 0 for regimes: any two differ
{
}

Table<double> RefinementTarget::operator()(const Row& row)
{
    const auto predictions =
        protocol::predict_with_clean(*protocol_, row, nodes_.of(settings_->model, row.cell), settings_->model.choices);
    Table<double> values(predictions.rows(), predictions.columns());
    for (std::size_t cell = 0; cell < values.size(); ++cell) values[cell] = value_(predictions[cell]);
    return values;
}

}  // namespace collapse::sweep
