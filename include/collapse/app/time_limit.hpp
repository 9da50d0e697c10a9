#pragma once

#include <optional>
#include <string>
#include <vector>

namespace collapse::app {

/// Seconds of a duration as Slurm writes it: `M`, `M:SS`, `H:MM:SS`, `D-H`, `D-HH:MM`, `D-HH:MM:SS`; inf for UNLIMITED. Only the first number
/// may be larger than its clock.
/// Throws InvalidInput that names `key`.
double parse_duration(const std::string& key, const std::string& text);

struct SlurmLimit {
    std::optional<double> seconds_left{};  ///< until the job of this process ends, if it is in one that says so; positive
    std::vector<std::string> remarks{};    ///< what was said that makes no sense, and is ignored
};

/// By SLURM_JOB_END_TIME where that is set, else by asking squeue, which gets two seconds to answer.
SlurmLimit slurm_limit();

}  // namespace collapse::app
