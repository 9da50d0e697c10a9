#pragma once

#include <filesystem>
#include <string>

#include "collapse/app/arguments.hpp"
#include "collapse/sweep/shard.hpp"

namespace collapse::app {

/// That of --shard, `2/8` for instance; without it the whole sweep. Throws InvalidInput.
sweep::Shard shard_of(const Arguments& arguments);

/// The name of a shard's file unless --output gives one: out.h5 -> out.shard-2-of-8.h5; that of a whole sweep is as it was.
std::filesystem::path shard_file(const std::filesystem::path& whole, const sweep::Shard& shard);

}  // namespace collapse::app
