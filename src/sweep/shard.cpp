#include "collapse/sweep/shard.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace collapse::sweep {

Plan take_shard(Plan plan, const Shard& shard)
{
    std::vector<RowIndex> order;  // of the first rows of families, which stay together
    for (RowIndex row{0}; row.value < plan.rows.size(); ++row)
        if (plan.family_of(row) == row) order.push_back(row);
    std::ranges::stable_sort(order, std::greater{}, [&](RowIndex row) { return plan.rows[row.value].seconds; });
    std::vector<bool> ours(plan.rows.size());
    for (std::size_t place = 0; place < order.size(); ++place) {
        const std::size_t round = place / shard.count, step = place % shard.count;
        ours[order[place].value] = shard.number == (round % 2 == 0 ? step + 1 : shard.count - step);
    }
    for (RowIndex row{0}; row.value < plan.rows.size(); ++row)
        if (const RowIndex first = plan.family_of(row); !ours[first.value]) {
            plan.rows[row.value] = {.ours = false};
            plan.rows[row.value].first_of_family = first;
        }
    plan.longest_task = longest_task_of(plan);
    return plan;
}

}  // namespace collapse::sweep
