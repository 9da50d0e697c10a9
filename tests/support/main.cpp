#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "collapse/numerics/lapack.hpp"

int main(int argc, char** argv)
{
    collapse::numerics::use_one_blas_thread();
    return Catch::Session().run(argc, argv);
}
