#include "launcher.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace collapse::mpi {

namespace {

/// mpirun of Open MPI (and jsrun); PMIx, PMI-1 and PMI-2 (srun, Hydra, Flux); MVAPICH; MPICH's Hydra; Cray's ALPS and PALS; and a
/// word of the user, for launchers that say nothing of this.
constexpr std::array connecting{
    "OMPI_COMM_WORLD_SIZE", "PMIX_RANK",       "PMIX_NAMESPACE", "PMI_RANK",    "PMI_FD",      "PMI_PORT",
    "MV2_COMM_WORLD_RANK",  "MPI_LOCALNRANKS", "ALPS_APP_PE",    "PALS_RANKID", "COLLAPSE_MPI"};

constexpr std::array counting{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS"};

/// 0: the variable is not set, or not to a number.
int number_in(const char* variable)
{
    const char* text = std::getenv(variable);
    int number = 0;
    if (text) std::from_chars(text, text + std::strlen(text), number);
    return number;
}

}  // namespace

Launch launch_of_this_process()
{
    Launch launch;
    for (const char* variable : connecting)
        if (std::getenv(variable) != nullptr) launch.connected = true;
    for (const char* variable : counting)
        if (const int number = number_in(variable); number > launch.processes) {
            launch.processes = number;
            launch.variable = variable;
        }
    launch.slurm = number_in("SLURM_STEP_NUM_TASKS") > 1;
    // Where only this is left of what srun has said: a batch script has the number 0, too, all others are tasks beside it.
    const int tasks = number_in("SLURM_NTASKS");
    if (tasks <= 1 || std::getenv("SLURM_PROCID") == nullptr || std::getenv("SLURM_STEP_NUM_TASKS") != nullptr) return launch;
    if (number_in("SLURM_PROCID") == 0) launch.idle = launch.processes == 1 ? tasks : 0;
    else if (tasks > launch.processes) launch.processes = tasks, launch.variable = "SLURM_NTASKS", launch.slurm = true;
    return launch;
}

}  // namespace collapse::mpi
