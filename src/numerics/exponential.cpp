#include "collapse/numerics/exponential.hpp"

#include "exponential_lanes.hpp"

#ifdef COLLAPSE_AVX512
extern "C" void collapse_exponentiate_avx512(long count, double* x, double factor);
#endif

namespace collapse::numerics {

void exponentiate(Eigen::Ref<Vector> values, double factor)
{
#ifdef COLLAPSE_AVX512
    static const bool wide = __builtin_cpu_supports("avx512f");
    if (wide) return collapse_exponentiate_avx512(values.size(), values.data(), factor);
#endif
    exponentiate_in_lanes<4>(values.size(), values.data(), factor);
}

}  // namespace collapse::numerics
