#include "collapse/sweep/shard.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace collapse::sweep {

Plan take_shard(Plan plan, const Shard& shard)
{
    std::vector<std::size_t> order(plan.rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t row) { return plan.rows[row].seconds; });
    for (std::size_t place = 0; place < order.size(); ++place) {
        const std::size_t round = place / shard.count, step = place % shard.count;
        const std::size_t number = round % 2 == 0 ? step + 1 : shard.count - step;
        if (number != shard.number) plan.rows[order[place]] = {.ours = false};
    }
    plan.longest_task = longest_task_of(plan);
    return plan;
}

}  // namespace collapse::sweep
