#include "collapse/app/message.hpp"
#include "collapse/app/resources.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/numerics/blas.hpp"

int main(int argc, char** argv)
{
    collapse::app::claim_standard_streams();
    collapse::app::set_up_heap();
    collapse::numerics::restart_with_best_blas_kernel(argv);
    collapse::numerics::use_one_blas_thread();
    return collapse::app::main({argv + 1, argv + argc});
}
