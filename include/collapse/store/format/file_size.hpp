#pragma once

#include "collapse/sweep/settings.hpp"

namespace collapse::store {

/// Bytes that the result file of these settings takes, all of them from the moment it is created.
double file_size(const sweep::Settings& settings);

}  // namespace collapse::store
