#pragma once

#include <functional>

namespace collapse::mpi {

/// Waits for an MPI_Request (given as an untyped pointer, so that mpi.h stays out of headers) without keeping a core busy.
/// `meanwhile` is called now and then.
void wait_idly(void* request, const std::function<void()>& meanwhile = {});

}  // namespace collapse::mpi
