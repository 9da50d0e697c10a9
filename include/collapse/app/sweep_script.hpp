#pragma once

namespace collapse::app {

/// The text of jobs/sweep.sbatch.
extern const char* const sweep_script;

}  // namespace collapse::app
