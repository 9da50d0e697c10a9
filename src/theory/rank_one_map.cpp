#include "collapse/theory/rank_one_map.hpp"

#include <limits>

namespace collapse::theory {

Array RankOneMap::limit(const Array& source) const
{
    Array zero = Array::Zero(source.size());
    if ((source == 0).all()) return zero;
    Array infinite = Array::Constant(source.size(), std::numeric_limits<double>::infinity());
    if (!(decay > 0).all()) return infinite;
    if ((column == 0).all()) return source / decay;
    const double gain = (row * column / decay).sum();
    if (!(gain < 1)) return infinite;
    return (source + column * ((row * source / decay).sum() / (1 - gain))) / decay;
}

}  // namespace collapse::theory
