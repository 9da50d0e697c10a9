#include "collapse/store/format/file_size.hpp"

#include "build.hpp"
#include "collapse/simulate/moments.hpp"
#include "collapse/sweep/grid.hpp"
#include "schema.hpp"

namespace collapse::store {

double file_size(const sweep::Settings& settings)
{
    constexpr double page = 4096, metadata = 24 * page;
    const sweep::Grid grid = settings.grid();
    const auto cells = static_cast<double>(grid.cells()), rows = static_cast<double>(grid.rows());
    double size = metadata + static_cast<double>(resolved_text(settings).size() + schema::segment_lines * schema::segment_length);
    for (const schema::Variable& variable : schema::variables())
        size += cells * static_cast<double>(schema::size_of(variable.type)) + page;
    size += cells * static_cast<double>(schema::size_of(schema::status().type)) + page;
    for (const sweep::Axis* axis : grid.dimensions()) size += static_cast<double>(axis->values.size() * sizeof(double)) + page;
    if (settings.simulation.replicates > 0) {
        const double sums = static_cast<double>(simulate::Moments::stored_size * sizeof(double));
        size += 2 * (cells * (sums + 1) + rows * 3 * 8) + rows + 5 * page;
    }
    return size;
}

}  // namespace collapse::store
