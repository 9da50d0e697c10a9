#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace collapse::store {

/// What the file tells about its making besides the settings.
struct Provenance {
    std::string app_version, git_sha1;
    std::string config;     ///< verbatim text of the config file
    std::string compiler;   ///< with version and flags
    std::string libraries;  ///< names and versions
    std::string processor;
    std::string generator;  ///< of random numbers
    std::vector<std::string> citations;
    std::string shard = {};  ///< `2/8`; empty: the file is for the whole sweep
};

/// One run of the program on the file: a line of provenance/segments.
struct Segment {
    std::string job, command_line, hosts;
    std::int64_t ranks = 1;
    std::int64_t cells_done = 0;
    double core_seconds = 0;
    std::string start, last_commit, end;  ///< ISO 8601 UTC; end is empty while running or after a kill
};

}  // namespace collapse::store
