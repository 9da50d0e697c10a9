// Compiled for AVX-512 (src/CMakeLists.txt): called only where the processor has it.
#include "column_tiles.hpp"

extern "C" void collapse_add_product_avx512(long m, long n, long length, const double* a, long a_rows, long a_columns,
                                            const double* b, long b_rows, long b_columns, double* c, long stride_c, double* room)
{
    add_product_in_tiles<8, 3, 8>(m, n, length, {a, a_rows, a_columns}, {b, b_rows, b_columns}, c, stride_c, room);
}
