#pragma once

#include <chrono>
#include <string>

namespace collapse::store {

/// ISO 8601, UTC, to the second: `2025-03-01T12:00:00Z`.
std::string timestamp(std::chrono::system_clock::time_point time = std::chrono::system_clock::now());

}  // namespace collapse::store
