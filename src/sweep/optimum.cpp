#include "collapse/sweep/optimum.hpp"

#include <cmath>

#include "collapse/support/failure.hpp"

namespace collapse::sweep {

OptimumQuestion question_about(const std::string& over)
{
    const CoordinatePointer coordinate = find_coordinate(over);
    if (over == "w" || over == "p") return {coordinate, 0, 1, false};
    if (over == "lambda") return {coordinate, 1e-8, 1e3, true};
    if (over == "ell") return {coordinate, 0, 4, false};
    throw support::InvalidInput("--over " + over + " is not possible; choose w, p, lambda or ell");
}

CellOptimum find_optimum(const Settings& settings, const problem::Cell& cell, const OptimumQuestion& question)
{
    const protocol::Protocol& protocol = protocol_of(settings);
    const problem::Nodes nodes = problem::nodes_of(settings.model, cell);
    const auto best = [&](double n) {
        const auto test_error = [&](double x) {
            problem::Cell trial = cell;
            question.over->set(trial, question.logarithmic ? std::exp(x) : x);
            return protocol.predict({trial, {trial.lambda}, {n}, protocol::Counts::real}, nodes, settings.model.choices)(0, 0).asymptotic.test_error;
        };
        const bool logarithmic = question.logarithmic;
        numerics::Minimum minimum = numerics::minimise(test_error, logarithmic ? std::log(question.low) : question.low,
                                                       logarithmic ? std::log(question.high) : question.high);
        if (logarithmic) minimum.x = std::exp(minimum.x);
        return minimum;
    };
    return {best(cell.n), best(0)};
}

}  // namespace collapse::sweep
