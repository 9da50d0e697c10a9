#pragma once

#include <cstdint>
#include <limits>
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

/// Of a number that every rank has.
struct Spread {
    double min = std::numeric_limits<double>::quiet_NaN(), mean = min, max = min;
};

/// How a run went: known at its end, NaN before.
struct RunReport {
    Spread busy, waiting, idle;  ///< shares of the wall time: computing; between batches; before the first and after the last
    double peak_memory = std::numeric_limits<double>::quiet_NaN();  ///< bytes, of the rank that took most
    double planned_memory = peak_memory;                            ///< bytes a rank
    double longest_task = peak_memory, store_seconds = peak_memory;
};

/// One run of the program on the file: a line of provenance/segments.
struct Segment {
    std::string job, command_line, hosts;
    std::int64_t ranks = 1;
    std::int64_t cells_done = 0;
    double core_seconds = 0;
    double core_seconds_left = std::numeric_limits<double>::quiet_NaN();  ///< estimate at the last commit
    std::string start, last_commit, end;  ///< ISO 8601 UTC; end is empty while running or after a kill
    RunReport report;
    std::string kernels = {};  ///< of the BLAS on its ranks; empty: unknown
};

}  // namespace collapse::store
