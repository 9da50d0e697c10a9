#pragma once

#include <nlohmann/json.hpp>

#include "collapse/support/failure.hpp"

namespace collapse::app {

/// Names may hold bytes that are no UTF-8, which JSON must be: they are replaced.
inline void print_json(const nlohmann::json& document)
{
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace collapse::app
