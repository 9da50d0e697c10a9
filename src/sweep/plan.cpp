#include "collapse/sweep/plan.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "collapse/data/dataset.hpp"
#include "collapse/estimator/factorisation.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/problem/directions.hpp"
#include "collapse/protocol/kernel_simulation.hpp"
#include "collapse/protocol/simulation.hpp"
#include "collapse/sweep/evaluate.hpp"
#include "collapse/sweep/family.hpp"
#include "collapse/sweep/measured.hpp"
#include "collapse/sweep/pace.hpp"

namespace collapse::sweep {

using namespace pace;

namespace {

constexpr int most_probes = 8;
constexpr double probe_share = 0.05;    ///< of the time there is, for each of them
constexpr double largest_probe = 0.25;  ///< the same, for the cheapest row

bool has_simulated_cell(const protocol::Protocol& protocol, Row row, const problem::ModelSettings& model)
{
    row.cell.d = problem::directions_of(model, row.cell);
    const auto reasons = protocol.reasons_not_simulated(row, model.choices);
    return std::ranges::find(reasons, Reason::none) != reasons.end();
}

/// Directions whose variance differs from that of the rest; NaN if rotations of what covariates are made of are not all alike.
double other_variances(const problem::ModelSettings& model, const problem::Cell& cell)
{
    if (!estimator::covariates_called(model.covariates).isotropic()) return std::numeric_limits<double>::quiet_NaN();
    const problem::Nodes nodes = problem::spectrum_called(model.spectrum).nodes_for_sums(cell, model.choices);
    std::map<double, double> directions;
    for (numerics::Index i = 0; i < nodes.eigenvalue.size() && directions.size() < 32; ++i)
        directions[nodes.eigenvalue[i]] += nodes.weight[i];
    double most = 0, all = 0;
    for (const auto& [variance, number] : directions) {
        most = std::max(most, number);
        all += number;
    }
    return std::round(all - most);
}

protocol::KernelSimulation on_data(const problem::ModelSettings& model, protocol::LevelledScheme scheme, const Row& row)
{
    return {std::move(scheme), row, {*model.dataset, estimator::kernel_called(model.kernel), model.choices, model.test}};
}

/// Families of a grid, as its rows come along.
class Families {
  public:
    /// The first row of the family that this one belongs to: itself if it begins one.
    RowIndex enter(RowIndex index, const rng::Key& key, const Row& row)
    {
        const auto [place, is_new] = known_.try_emplace({key.words(), row.lambda, row.generations}, Family{index, 0});
        Family& family = place->second;
        const std::size_t most = std::clamp<std::size_t>(most_cells_of_family / row.size(), 1, most_rows_of_family);
        if (family.rows == most) family = {index, 0};
        ++family.rows;
        return family.first;
    }

  private:
    using Name = std::tuple<std::array<std::uint64_t, 2>, std::vector<double>, std::vector<double>>;
    struct Family {
        RowIndex first;
        std::size_t rows;
    };
    std::map<Name, Family> known_;
};

/// What a rank holds of a family beside a replicate: what is remembered, and the results of its rows.
double bytes_of_family(const Grid& grid, std::size_t cells, std::int64_t replicates)
{
    const double forms = simulate::bytes_of_forms(cells), all = static_cast<double>(replicates) * forms;
    return std::min(all, std::max(simulate::most_bytes_of_forms, forms)) +
           static_cast<double>(2 * most_cells_together(grid)) * sizeof(CellSums);
}

/// Replicates of one task.
std::int64_t block(const Plan& plan, const Plan::RowPlan& row)
{
    const double wanted = plan.longest_task / std::max(row.seconds, 1e-9);
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::min(wanted, 1e9)), 1, std::max<std::int64_t>(1, row.replicates));
}

/// The same sweep with d, T and T0 smaller by a factor: as factorisations cost d^3, a probe of it by the third power.
Settings shrunk(Settings settings, double factor)
{
    for (Axis& axis : settings.axes) {
        if (axis.is_tie() || (axis.name() != "d" && axis.name() != "T" && axis.name() != "T0")) continue;
        for (double& value : axis.values) value = std::max(2.0, std::floor(factor * value));
        axis.values.resize(1);  // of sizes that may now be equal
    }
    return settings;
}

}  // namespace

double Plan::seconds() const
{
    double sum = 0;
    for (RowIndex row{0}; row.value < rows.size(); ++row)
        if (family_of(row) == row) sum += rows[row.value].seconds * static_cast<double>(rows[row.value].replicates);
    return sum;
}

std::size_t Plan::families() const
{
    std::size_t count = 0;
    for (RowIndex row{0}; row.value < rows.size(); ++row)
        if (rows[row.value].replicates > 0 && family_of(row) == row) ++count;
    return count;
}

std::size_t Plan::simulated_rows() const
{
    return static_cast<std::size_t>(std::ranges::count_if(rows, [](const RowPlan& row) { return row.replicates > 0; }));
}

double Plan::largest_task() const
{
    double largest = 0;
    for (const RowPlan& row : rows) largest = std::max(largest, row.seconds * static_cast<double>(block(*this, row)));
    return largest;
}

double Plan::bytes_per_rank() const
{
    double largest = 0;
    for (const RowPlan& row : rows) largest = std::max(largest, row.bytes);
    return largest;
}

void Plan::share_among(double ranks)
{
    const double share = seconds() / ranks,
                 results = static_cast<double>(simulated_rows()) / static_cast<double>(std::max<std::size_t>(1, families()));
    longest_task = std::max({longest_task, std::min(ranks * seconds_per_result * results, smallest_share * share),
                             std::min(ranks * seconds_per_cell * static_cast<double>(cells), largest_share * share)});
}

std::size_t Plan::tasks() const
{
    return std::transform_reduce(rows.begin(), rows.end(), std::size_t{0}, std::plus{}, [&](const RowPlan& row) {
        if (!row.ours || row.left_out) return std::size_t{0};
        const std::int64_t length = block(*this, row);
        return static_cast<std::size_t>(std::max<std::int64_t>(1, (row.replicates + length - 1) / length));
    });
}

double longest_task_of(const Plan& plan)
{
    const double seconds = plan.seconds();
    return std::max(std::min(task_seconds, task_share * seconds),
                    std::min(seconds_per_cell * static_cast<double>(plan.cells), largest_share * seconds));
}

Plan make_plan(const Settings& settings, const Grid& grid)
{
    const protocol::Protocol& protocol = protocol_of(settings);
    const SimulationSettings& simulation = settings.simulation;
    Plan plan;
    plan.rows.resize(grid.rows());
    if (const data::Dataset* dataset = settings.model.dataset.get()) {
        plan.data_bytes = static_cast<double>(dataset->size_in_memory());
        plan.pool = settings.data.pool;
        plan.pool_bytes = bytes_to_measure(*dataset, plan.pool);
    }
    const problem::ByLevel<bool> wanted = levels_wanted(grid);
    const bool has_family = has_families(grid);
    Families families;
    for (RowIndex index{0}; index.value < grid.rows(); ++index) {
        const Row row = grid.selected_part(index).row;
        Plan::RowPlan& entry = plan.rows[index.value];
        entry.left_out = row.size() == 0;
        const bool simulated = simulation.replicates > 0 && has_simulated_cell(protocol, row, settings.model);
        if (!simulated) continue;
        entry.replicates = simulation.most();
        protocol::LevelledScheme scheme = protocol.levelled(row, settings.model.choices);
        if (has_family && scheme.linear) {
            scheme.want(wanted);
            const RowIndex first = families.enter(index, key_of(settings, row, true), row);
            if (first != index) {
                entry = plan.rows[first.value];
                continue;
            }
            entry.first_of_family = first;
        }
        protocol::Cost cost;
        if (settings.model.dataset) {
            const protocol::KernelSimulation kernel = on_data(settings.model, std::move(scheme), row);
            cost = kernel.cost();
            plan.largest_fit = std::max(plan.largest_fit, kernel.largest_fit());
        } else {
            const protocol::Simulation simulated(std::move(scheme), row, row.cell.d, simulation.noise,
                                                 estimator::factorisation_in(settings.model.choices));
            cost = simulated.cost(other_variances(settings.model, row.cell));
        }
        entry.seconds = cost.seconds;
        entry.bytes = cost.bytes;
        if (entry.first_of_family) entry.bytes += bytes_of_family(grid, row.size(), entry.replicates);
    }
    std::map<RowIndex, std::size_t> rows_of_family;
    for (RowIndex row{0}; row.value < grid.rows(); ++row)
        if (plan.rows[row.value].replicates > 0) ++rows_of_family[plan.family_of(row)];
    for (RowIndex row{0}; row.value < grid.rows(); ++row) {
        const auto family = rows_of_family.find(plan.family_of(row));
        if (family == rows_of_family.end()) continue;
        const std::size_t cells = family->second * grid.cells_per_row();
        plan.cells = std::max(plan.cells, cells);
        if (plan.rows[row.value].first_of_family)
            plan.rows[row.value].seconds += pace::seconds_per_form * static_cast<double>(cells);
    }
    plan.longest_task = longest_task_of(plan);
    return plan;
}

double measure_speed(const Settings& settings, const Grid& grid, const Plan& plan, double budget)
{
    std::vector<std::size_t> order;
    for (std::size_t index = 0; index < plan.rows.size(); ++index)
        if (plan.rows[index].replicates > 0 && plan.family_of(RowIndex{index}).value == index) order.push_back(index);
    if (order.empty()) return 1;
    std::ranges::sort(order, {}, [&](std::size_t index) { return plan.rows[index].seconds; });
    const double cheapest = plan.rows[order.front()].seconds;
    const bool fixed_size = settings.model.has_data() ||
                            problem::spectrum_called(settings.model.spectrum).dimension(settings.model.choices).has_value();
    if (cheapest > largest_probe * budget && !fixed_size) {
        const Settings small = shrunk(settings, std::cbrt(largest_probe / 2 * budget / cheapest));
        const Grid small_grid(small.axes);
        return measure_speed(small, small_grid, make_plan(small, small_grid), budget);
    }

    // All rows of a family: what follows draws nothing, but adds up numbers of its own. Each family by itself: what is remembered of one
    // would serve another that it was cut from.
    const double most_together =
        simulate::most_bytes_of_forms / simulate::bytes_of_forms(grid.cells_per_row());  // as in a schedule
    const auto seconds_of = [&](std::size_t first, Replicates replicates) {
        const Evaluate evaluate(settings, grid);
        double seconds = 0;
        for (RowIndex row{first}; row.value < plan.rows.size(); ++row)
            if (row.value == first || plan.rows[row.value].first_of_family == RowIndex{first})
                seconds += evaluate({.row = row, .replicates = replicates}).seconds;
        return seconds;
    };
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
    seconds_of(order.front(), {0, 1});  // first touches of libraries and memory do not count
    const double total = plan.seconds();
    double below = 0, probed = 0, sum = 0;  // cost of the rows up to the one at hand; up to the last probe; measured
    int probes = 0;
    // Rows at quantiles of the sweep's cost, cheapest first, so that the budget is spent on rows that fit into it. A probe stands for
    // the cost since the one before.
    for (const std::size_t row : order) {
        const double nominal = plan.rows[row].seconds;
        below += nominal * static_cast<double>(plan.rows[row].replicates);
        if (below < (probes + 0.5) / most_probes * total) continue;
        const double expected = nominal * (probes > 0 ? sum / probed : 1);
        if (probes > 0 && elapsed() + expected > budget) break;
        const double most = std::clamp(most_together, 1.0, 1000.0);
        const auto replicates = static_cast<std::int64_t>(std::clamp(probe_share * budget / expected, 1.0, most));
        const double seconds = seconds_of(row, {1, 1 + replicates});
        sum += (below - probed) * seconds / (nominal * static_cast<double>(replicates));
        probed = below;
        ++probes;
    }
    return sum / probed;
}

}  // namespace collapse::sweep
