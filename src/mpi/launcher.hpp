#pragma once

#include <string>

/// Whether and how this process was launched, by what launchers document that they tell their processes. Not whether MPI runs: that
/// MPI says itself, once it was started.
namespace collapse::mpi {

struct Launch {
    bool connected = false;     ///< a launcher has told how to reach the other processes: MPI must be started
    int processes = 1;          ///< as the launcher counts them
    std::string variable = {};  ///< of the environment, that says how many
    bool slurm = false;         ///< they are a step of srun
    int idle = 0;               ///< tasks of a Slurm job whose batch script has started this process alone; 0: there are none
};

Launch launch_of_this_process();

}  // namespace collapse::mpi
