#pragma once

#include <optional>
#include <string>

namespace collapse::app {

/// Seconds of a duration as Slurm writes it: `M`, `M:SS`, `H:MM:SS`, `D-H`, `D-HH:MM`, `D-HH:MM:SS`; inf for UNLIMITED.
/// Throws InvalidInput that names `key`.
double parse_duration(const std::string& key, const std::string& text);

/// Seconds until the Slurm job of this process ends, if it is in one that says so: by SLURM_JOB_END_TIME where set, else by
/// asking squeue.
std::optional<double> slurm_seconds_left();

}  // namespace collapse::app
