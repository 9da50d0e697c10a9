#pragma once

#include <string>

/// Which BLAS there is, and how it is to behave.
namespace collapse::numerics {

/// One thread a rank: the cores belong to the other ranks, and more threads would change the bits.
void use_one_blas_thread();

/// Name, version and kernel of the BLAS in use: `OpenBLAS 0.3.21, kernel SkylakeX`.
std::string blas_name();

/// What that BLAS computes with: `SkylakeX`. Other kernels round differently.
std::string blas_kernel();

/// Bytes of address space that OpenBLAS maps for a thread that computes; little of it is ever touched.
constexpr double blas_buffer_bytes = 128 << 20;

/// Lets OpenBLAS map its buffer now, for this thread and those that compute after it: where it cannot, it tries for ever. Throws
/// SystemFailure if there is no room.
void reserve_blas_buffer();

/// OpenBLAS knows processors by number and treats one that is younger than itself as the oldest, Prescott: half the speed or less
/// (measured: 16 instead of 44 GFlop/s). If that has happened and the processor has AVX2, this starts the program again
/// with OPENBLAS_CORETYPE set to what it can do, since the library chooses when it is loaded. Call it first in main; a kernel
/// that the user has chosen by that variable is left alone. `arguments`: argv.
void restart_with_best_blas_kernel(char** arguments);

}  // namespace collapse::numerics
