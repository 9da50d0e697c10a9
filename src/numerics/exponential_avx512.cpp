// Compiled for AVX-512 (src/CMakeLists.txt): called only where the processor has it.
#include "exponential_lanes.hpp"

extern "C" void collapse_exponentiate_avx512(long count, double* x, double factor) { exponentiate_in_lanes<8>(count, x, factor); }
