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

support::Reason reason_not_simulated(const Protocol& protocol, const Cell& cell, const Choices& choices)
{
    const bool limit = std::isinf(cell.n) || std::isinf(cell.d);
    return limit ? support::Reason::theory_only : protocol.obstacle(cell, choices);
}

}  // namespace collapse::protocol
