#include "collapse/numerics/blas.hpp"

#include <cstdlib>

#include <unistd.h>

#include <fmt/format.h>

// OpenBLAS only; absent from other libraries, hence weak.
extern "C" {
void openblas_set_num_threads(int) __attribute__((weak));
char* openblas_get_config() __attribute__((weak));
char* openblas_get_corename() __attribute__((weak));
}

namespace collapse::numerics {

void use_one_blas_thread()
{
    if (openblas_set_num_threads) openblas_set_num_threads(1);
}

std::string blas_name()
{
    if (!openblas_get_config || !openblas_get_corename) return "BLAS of unknown make";
    const std::string config = openblas_get_config();  // `OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...`
    return fmt::format("{}, kernel {}", config.substr(0, config.find(' ', config.find(' ') + 1)), openblas_get_corename());
}

void restart_with_best_blas_kernel(char** arguments)
{
#if defined(__x86_64__)
    if (!openblas_get_corename || std::getenv("OPENBLAS_CORETYPE")) return;
    if (std::string(openblas_get_corename()) != "Prescott" || !__builtin_cpu_supports("avx2")) return;
    const bool avx512 =
        __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    setenv("OPENBLAS_CORETYPE", avx512 ? "SkylakeX" : "Haswell", 1);
    execv("/proc/self/exe", arguments);  // returns only if it fails; then the slow kernel has to do
#else
    static_cast<void>(arguments);
#endif
}

}  // namespace collapse::numerics
