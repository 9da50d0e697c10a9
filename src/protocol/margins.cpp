#include "collapse/protocol/margins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "collapse/protocol/structure.hpp"
#include "collapse/theory/ridge_equivalent.hpp"

namespace collapse::protocol {

Margins margins_of(const Scheme& scheme, std::size_t ridge, double n, const problem::Nodes& nodes)
{
    constexpr double none = std::numeric_limits<double>::infinity();
    Margins margins{none, none};
    std::map<std::pair<double, double>, double> spare;  // by rows and ridge: fits repeat each other
    const auto look_at = [&](const Fit& fit) {
        double rows = 0, weight = 0;
        for (const Use& use : present_uses(fit)) {
            rows += use.share * use.block.rows;
            weight += use.share * use.block.rows * use.weight;
        }
        const double used = rows_of(fit), lambda = fit.ridges[ridge] / (weight * used / rows);
        if (lambda == 0) margins.threshold = std::min(margins.threshold, std::abs(used - nodes.dimension()));
        const auto [entry, is_new] = spare.try_emplace({used, lambda}, 0);
        if (is_new) entry->second = used - theory::RidgeEquivalent(nodes, used, lambda).df2();
        margins.spare_rows = std::min(margins.spare_rows, entry->second);
    };
    const double last = last_to_look_at(scheme, n);
    for (double t = 0; t < last; ++t) look_at(scheme.generation(t));
    look_at(evaluated_fit(scheme, last));
    return margins;
}

}  // namespace collapse::protocol
