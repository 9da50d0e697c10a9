#pragma once

#include <filesystem>
#include <string>

#include "collapse/sweep/shard.hpp"

namespace collapse::app {

/// `2/8`, the value of --shard. Throws InvalidInput.
sweep::Shard parse_shard(const std::string& text);

/// The name of a shard's file unless --output gives one: out.h5 -> out.shard-2-of-8.h5; that of a whole sweep is as it was.
std::filesystem::path shard_file(const std::filesystem::path& whole, const sweep::Shard& shard);

}  // namespace collapse::app
