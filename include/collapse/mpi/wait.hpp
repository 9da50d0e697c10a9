#pragma once

namespace collapse::mpi {

/// Waits for an MPI_Request (given as an untyped pointer, so that mpi.h stays out of headers) without keeping a core busy.
void wait_idly(void* request);

}  // namespace collapse::mpi
