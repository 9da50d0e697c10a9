#include "collapse/protocol/row.hpp"

#include <algorithm>
#include <cmath>

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

std::vector<double> Row::distinct_generations() const
{
    std::vector<double> distinct = generations;
    std::ranges::sort(distinct);
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    return distinct;
}

}  // namespace collapse::protocol
