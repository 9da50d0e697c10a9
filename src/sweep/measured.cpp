#include "collapse/sweep/measured.hpp"

#include <cmath>
#include <mutex>
#include <optional>

#include "collapse/data/dataset.hpp"
#include "collapse/estimator/core_speed.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/numerics/band.hpp"
#include "collapse/problem/numbers.hpp"
#include "collapse/protocol/allotment.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::sweep {

using numerics::Array;
using numerics::Index;
using numerics::Matrix;
using problem::Nodes;

double seconds_to_measure(std::int64_t pool)
{
    const double P = static_cast<double>(pool);
    namespace speed = estimator::core_speed;
    return P * P * (4.0 / 3 * P * speed::band_reduction + 6.0 * numerics::BandReduction::width * speed::band_rotation);
}

double bytes_to_measure(const data::Dataset& dataset, std::int64_t pool)
{
    const double P = static_cast<double>(pool), p = static_cast<double>(dataset.features());
    const double diagonals = 5.0 * numerics::BandReduction::width, panels = 128;  // of the reduction, beside the matrix
    return 8 * P * (P + diagonals + panels) + (dataset.holds_bytes() ? 5 : 8) * p * P;
}

theory::PoolSpectrum measure_pool(const problem::ModelSettings& settings, std::int64_t pool)
{
    support::ensure(settings.dataset != nullptr, "a spectrum is measured of data that were read");
    const data::Dataset& dataset = *settings.dataset;
    rng::Key key(0);
    key.absorb(rng::sampler_version).absorb("a pool of rows").absorb(dataset.digest());
    std::vector<Index> rows = protocol::Allotment::order(rng::Draws(key, 0), dataset.size());
    rows.resize(static_cast<std::size_t>(pool));
    const double P = static_cast<double>(pool);
    const numerics::SpectralMeasure measure = numerics::spectral_measure(
        estimator::kernel_called(settings.kernel).gram(dataset.rows(rows), settings.choices), dataset.targets(rows));
    return {(measure.values.reverse().array() / P).max(0), measure.along.rowwise().squaredNorm().reverse().array() / P};
}

namespace {

class Known final : public problem::GivenNodes {
  public:
    explicit Known(Nodes nodes) : nodes_(std::move(nodes)) {}
    const Nodes& nodes() const override { return nodes_; }

  private:
    Nodes nodes_;
};

class Measured final : public problem::GivenNodes {
  public:
    Measured(problem::ModelSettings settings, std::int64_t pool) : settings_(std::move(settings)), pool_(pool) {}

    const Nodes& nodes() const override
    {
        const std::scoped_lock lock(mutex_);
        if (!nodes_) {
            nodes_ = theory::corrected_nodes(measure_pool(settings_, pool_));
            settings_.dataset.reset();
        }
        return *nodes_;
    }

  private:
    mutable problem::ModelSettings settings_;  ///< without data once they are not needed
    std::int64_t pool_;
    mutable std::mutex mutex_;
    mutable std::optional<Nodes> nodes_;
};

}  // namespace

std::shared_ptr<const problem::GivenNodes> measured_nodes(const problem::ModelSettings& settings, std::int64_t pool)
{
    return std::make_shared<Measured>(settings, pool);
}

std::shared_ptr<const problem::GivenNodes> known_nodes(Nodes nodes) { return std::make_shared<Known>(std::move(nodes)); }

std::string text_of(const Nodes& nodes)
{
    std::vector<double> numbers;
    for (Index j = 0; j < nodes.eigenvalue.size(); ++j)
        numbers.insert(numbers.end(), {nodes.weight[j], nodes.eigenvalue[j], nodes.coefficient2[j]});
    return support::exact(numbers);
}

std::shared_ptr<const problem::GivenNodes> nodes_in(const std::string& key, const std::string& text)
{
    const std::vector<double> numbers = problem::parse_numbers(key, text);
    support::validate(numbers.size() % 3 == 0,
                      "{} has {} numbers, which are no weights, eigenvalues and squared coefficients; remove it, "
                      "so that they are measured",
                      key, numbers.size());
    const auto count = static_cast<Index>(numbers.size() / 3);
    Nodes nodes{Array(count), Array(count), Array(count), Array(count), 0};
    double place = 0;
    for (Index j = 0; j < count; ++j) {
        const double* three = numbers.data() + 3 * j;
        support::validate(three[0] > 0 && three[1] > 0 && three[2] >= 0 && std::isfinite(three[0] + three[1] + three[2]),
                          "{} has impossible values at node {}; remove it, so that they are measured", key, j + 1);
        nodes.weight[j] = three[0];
        nodes.eigenvalue[j] = three[1];
        nodes.coefficient2[j] = three[2];
        place += three[0];
        nodes.index[j] = std::max(1.0, place - three[0] / 2);
    }
    return std::make_shared<Known>(std::move(nodes));
}

}  // namespace collapse::sweep
