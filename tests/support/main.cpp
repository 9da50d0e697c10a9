#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "collapse/numerics/blas.hpp"

int main(int argc, char** argv)
{
    collapse::numerics::restart_with_best_blas_kernel(argv);
    collapse::numerics::use_one_blas_thread();
    return Catch::Session().run(argc, argv);
}
