#include "collapse/numerics/blas.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

// OpenBLAS only; absent from other libraries, hence weak.
extern "C" {
void openblas_set_num_threads(int) __attribute__((weak));
char* openblas_get_config() __attribute__((weak));
char* openblas_get_corename() __attribute__((weak));
void dsyrk_(const char*, const char*, const int*, const int*, const double*, const double*, const int*, const double*, double*,
            const int*);
}

namespace collapse::numerics {

namespace {

/// Starts this program again; returns if that is impossible. By its name where it has one, which `ps` and Slurm then show.
void restart(char** arguments, char** variables)
{
    if (getauxval(AT_BASE) == 0) return;  // run by `ld.so PROGRAM`, which /proc/self/exe then is
    char name[4096];
    const ssize_t length = readlink("/proc/self/exe", name, sizeof name - 1);
    if (length > 0) {
        name[length] = '\0';
        execve(name, arguments, variables);
    }
    execve("/proc/self/exe", arguments, variables);
}

/// OpenBLAS starts a thread a core when it is loaded, before main. None of them ever gets any work here, but each takes address space,
/// counts against limits of processes and, where it finds no room for its buffer, looks for some for ever.
[[maybe_unused]] void restart_with_one_blas_thread(int, char** arguments, char** variables)
{
    constexpr char name[] = "OPENBLAS_NUM_THREADS=";
    constexpr std::size_t length = sizeof name - 1;
    static char wanted[] = "OPENBLAS_NUM_THREADS=1";
    std::vector<char*> changed;
    for (char** variable = variables; *variable != nullptr; ++variable) {
        if (std::strcmp(*variable, wanted) == 0) return;
        if (std::strncmp(*variable, name, length) != 0) changed.push_back(*variable);
    }
    changed.push_back(wanted);
    changed.push_back(nullptr);
    restart(arguments, changed.data());
}

#if defined(__linux__) && !defined(COLLAPSE_SANITIZE)
// Of all that runs before main this alone comes before the initialisation of libraries.
__attribute__((section(".preinit_array"), used)) void (*const before_libraries)(int, char**, char**) = restart_with_one_blas_thread;
#endif

}  // namespace

void use_one_blas_thread()
{
    if (openblas_set_num_threads) openblas_set_num_threads(1);
}

std::string blas_name()
{
    if (!openblas_get_config || !openblas_get_corename) return "BLAS of unknown make";
    const std::string config = openblas_get_config();  // `OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...`
    return fmt::format("{}, kernel {}", config.substr(0, config.find(' ', config.find(' ') + 1)), blas_kernel());
}

std::string blas_kernel() { return openblas_get_corename ? openblas_get_corename() : "unknown"; }

void reserve_blas_buffer()
{
    if (!openblas_get_config) return;
    const auto size = static_cast<std::size_t>(blas_buffer_bytes);
    void* const room = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        throw support::SystemFailure(fmt::format(
            "OpenBLAS needs {} of address space for a buffer, which the system refuses: {}; raise the limit of this process "
            "(`ulimit -v`) by as much, or ask for more memory",
            support::bytes(blas_buffer_bytes), std::strerror(errno)));
    munmap(room, size);
    const int one = 1;
    const double number = 1, zero = 0;
    double result = 0;
    dsyrk_("L", "N", &one, &one, &number, &number, &one, &zero, &result, &one);  // takes a buffer, whatever the size
}

void restart_with_best_blas_kernel(char** arguments)
{
#if defined(__x86_64__)
    if (!openblas_get_corename || std::getenv("OPENBLAS_CORETYPE")) return;
    if (std::string(openblas_get_corename()) != "Prescott" || !__builtin_cpu_supports("avx2")) return;
    const bool avx512 =
        __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    setenv("OPENBLAS_CORETYPE", avx512 ? "SkylakeX" : "Haswell", 1);
    restart(arguments, environ);  // if it returns, the slow kernel has to do
#else
    static_cast<void>(arguments);
#endif
}

}  // namespace collapse::numerics
