#pragma once

#include <cstdint>

namespace collapse::store {

/// What became of a cell. Stored as `status` in the result file: append, never renumber.
enum class Status : std::uint8_t {
    pending = 0,  ///< its other values mean nothing yet
    done,         ///< everything that its row was to give is there
    failed,       ///< no simulated value, `failure` says why
    skipped,      ///< nothing to compute, `failure` says why: infinite, or left out by [refine]
};
inline constexpr const char* status_names[] = {"pending", "done", "failed", "skipped"};

}  // namespace collapse::store
