#include "collapse/protocol/protocol.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/problem/find.hpp"

namespace collapse::protocol {

Cell Row::at(std::size_t i, std::size_t j) const
{
    Cell result = cell;
    result.lambda = lambda[i];
    result.n = generations[j];
    return result;
}

double Row::last_generation() const
{
    double last = -1;
    for (const double n : generations)
        if (std::isfinite(n)) last = std::max(last, n);
    return last;
}

void Protocol::check(const Cell&, const Choices&) const {}

std::string Protocol::reason_not_predicted(const Cell&, const Choices&) const { return ""; }

const Protocol& protocol_called(const std::string& name) { return problem::find_entry(protocols(), "protocol", name); }

Table<Prediction> predict_with_clean(const Protocol& protocol, const Row& row, const Nodes& nodes, const Choices& choices)
{
    Row extended = row;
    extended.generations.push_back(0);
    const Table<Prediction> known = protocol.predict(extended, nodes, choices);
    Table<Prediction> result(row.lambda.size(), row.generations.size());
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            result(i, j) = known(i, j);
            result(i, j).clean = known(i, row.generations.size()).asymptotic;
        }
    return result;
}

support::Reason reason_not_simulated(const Protocol& protocol, const Cell& cell, const Choices& choices)
{
    const bool limit = std::isinf(cell.n) || std::isinf(cell.d);
    return limit ? support::Reason::theory_only : protocol.obstacle(cell, choices);
}

}  // namespace collapse::protocol
