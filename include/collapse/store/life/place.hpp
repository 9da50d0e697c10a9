#pragma once

#include <filesystem>

namespace collapse::store {

/// The file behind symbolic links, whether it exists or not: it is what a run writes, moves aside or replaces, never the link (which often
/// leads to the scratch space of a cluster). Throws InvalidInput if links go round, or if the way there may not be entered.
std::filesystem::path place_of(const std::filesystem::path& path);

/// Throws InvalidInput unless `path` is a result file of this program, of any version and however damaged: nothing else is moved aside.
void expect_result_file(const std::filesystem::path& path);

}  // namespace collapse::store
