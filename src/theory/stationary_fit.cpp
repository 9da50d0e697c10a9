#include "collapse/theory/stationary_fit.hpp"

#include "collapse/theory/rank_one_map.hpp"

namespace collapse::theory {

ErrorMoments stationary_fit(const RidgeEquivalent& fit, double noise_variance, double q)
{
    const Nodes& nodes = fit.nodes();
    const Array &h = fit.shrinkage(), &loss = fit.loss(), zero = Array::Zero(h.size());
    // 1 - q^2 h^2 and 1 - q h without cancellation at q h near 1.
    const Array decay = (1 - q) * (1 + q) + q * q * loss * (1 + h);
    const Array column = fit.kappa() == 0 ? zero : Array(q * q * fit.unit_noise());
    const RankOneMap map{decay, column, nodes.weight * nodes.eigenvalue * loss.square()};

    ErrorMoments limit;
    limit.cross = fit.kappa() == 0 ? zero : Array(-loss / ((1 - q) + q * loss) * nodes.coefficient2);
    limit.error2 = map.limit(2 * q * (fit.spill(limit.cross) - h * loss * limit.cross) + clean_error2(fit));
    limit.noise = map.limit(noise_variance > 0 ? Array(noise_variance * fit.unit_noise()) : zero);
    return limit;
}

}  // namespace collapse::theory
