#pragma once

#include <nlohmann/json.hpp>

#include "collapse/support/failure.hpp"
#include "collapse/sweep/pace.hpp"

namespace collapse::app {

/// Names may hold bytes that are no UTF-8, which JSON must be: they are replaced.
inline void print_json(const nlohmann::json& document)
{
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// How sweeps are cut and handed out, for models of that.
inline nlohmann::json pace()
{
    using namespace sweep::pace;
    return {{"task_seconds", task_seconds},     {"task_share", task_share},       {"seconds_per_result", seconds_per_result},
            {"smallest_share", smallest_share}, {"batch_seconds", batch_seconds}, {"longest_batch", longest_batch},
            {"most_batches", most_batches}};
}

}  // namespace collapse::app
