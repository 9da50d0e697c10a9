#include "collapse/sweep/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "collapse/support/failure.hpp"
#include "collapse/sweep/family.hpp"

namespace collapse::sweep {

using support::ensure;

double Progress::fraction() const
{
    if (cells_done + cells_failed >= cells) return 1;
    const double all = core_seconds_resumed + core_seconds_done + core_seconds_left;
    if (all > 0) return (core_seconds_resumed + core_seconds_done) / all;
    return static_cast<double>(cells_done + cells_failed) / static_cast<double>(std::max<std::size_t>(cells, 1));
}

void append(CellSums& sums, const CellSums& next)
{
    if (sums.failure != Reason::none) return;  // nothing counts after the first replicate that failed
    sums.moments.add(next.moments);
    sums.failure = next.failure;
}

Schedule::Schedule(const Settings& settings, const Grid& grid, Plan plan, std::vector<RowState> resumed)
    : simulation_(settings.simulation),
      cells_per_row_(grid.cells_per_row()),
      plan_(std::move(plan)),
      states_(std::move(resumed)),
      frontiers_(grid.rows()),
      most_of_family_(std::max(1.0, std::floor(simulate::most_bytes_of_forms / simulate::bytes_of_forms(grid.cells_per_row()))))
{
    ensure(states_.size() == grid.rows() && plan_.rows.size() == grid.rows(), "a schedule gets a state and a plan for every row");
    for (RowIndex row{0}; row.value < plan_.rows.size(); ++row)
        if (plan_.rows[row.value].first_of_family) families_[plan_.family_of(row)].push_back(row);
    std::erase_if(families_, [](const auto& family) { return family.second.size() == 1; });
    for (RowIndex row{0}; row.value < states_.size(); ++row) {
        RowState& state = states_[row.value];
        if (!plan_.rows[row.value].ours) {
            state = {};
            state.complete = true;  // nothing more to do here
            continue;
        }
        Frontier& frontier = frontiers_[row.value];
        frontier.cells = grid.selected_cells(row);
        if (frontier.cells > 0) ++progress_.rows;
        progress_.cells += frontier.cells;
        progress_.cells_left_out += grid.cells_per_row() - frontier.cells;
        frontier.resumed = state.replicates;
        if (state.complete) {
            close(row);
            forget(row);
            continue;
        }
        ++rows_left_;
        frontier.handed_out = state.replicates;
        const std::int64_t most = plan_.rows[row.value].replicates,
                           step = simulation_.precision > 0 ? simulation_.min_replicates : most;
        frontier.wanted = step > 0 ? std::min(most, (state.replicates / step + 1) * step) : 0;
        enqueue(row);
    }
    progress_.cells_resumed = progress_.cells_done + progress_.cells_failed;
}

void Schedule::enqueue(RowIndex row)
{
    queue_.emplace(plan_.rows[row.value].seconds, ~row.value);  // equal costs: in storage order, so that commits touch neighbours
}

/// Of the whole family.
double Schedule::seconds_per_replicate(RowIndex row) const
{
    const Frontier& frontier = frontiers_[plan_.family_of(row).value];
    if (frontier.measured_replicates > 0) return frontier.measured / static_cast<double>(frontier.measured_replicates);
    return plan_.rows[row.value].seconds * (nominal_ > 0 ? measured_ / nominal_ : 1);
}

double Schedule::seconds_of_prediction(RowIndex row) const { return frontiers_[row.value].predicted ? 0 : prediction_.mean(); }

double Schedule::expected_seconds(const Task& task) const
{
    const double simulating = task.follows ? 0 : seconds_per_replicate(task.row) * static_cast<double>(task.replicates.count());
    return simulating + (task.predict ? prediction_.mean() : 0);
}

bool Schedule::has_replicates_left(RowIndex row) const
{
    return !states_[row.value].complete && frontiers_[row.value].handed_out < frontiers_[row.value].wanted;
}

/// Cuts the next block off a row, or off all rows of its family that have come equally far. Those that lag behind catch up first.
Task Schedule::cut(RowIndex row, double most_seconds)
{
    std::vector<RowIndex> rows{row};
    std::int64_t last = frontiers_[row.value].wanted;
    double most = 1e9;
    if (const auto family = families_.find(plan_.family_of(row)); family != families_.end() && has_replicates_left(row)) {
        std::map<std::int64_t, std::vector<RowIndex>> by_place;
        for (const RowIndex other : family->second)
            if (has_replicates_left(other)) by_place[frontiers_[other.value].handed_out].push_back(other);
        rows = by_place.begin()->second;
        last = std::numeric_limits<std::int64_t>::max();
        for (const RowIndex other : rows) last = std::min(last, frontiers_[other.value].wanted);
        if (by_place.size() > 1) last = std::min(last, std::next(by_place.begin())->first);
        if (rows.size() > 1) most = most_of_family_;
    }
    const double seconds = std::min(plan_.longest_task * (nominal_ > 0 ? measured_ / nominal_ : 1),
                                    most_seconds - seconds_of_prediction(rows.front()));
    const double wanted = std::clamp(seconds / std::max(seconds_per_replicate(row), 1e-9), 1.0, most);
    const std::int64_t first = frontiers_[rows.front().value].handed_out;
    last = std::min(last, first + static_cast<std::int64_t>(wanted));
    for (const RowIndex other : rows) {
        Frontier& frontier = frontiers_[other.value];
        frontier.handed_out = last;
        following_.push_back({other, {first, last}, !std::exchange(frontier.predicted, true), other != rows.front()});
    }
    const Task task = following_.front();
    following_.pop_front();
    return task;
}

double Schedule::bytes(const Grid& grid)
{
    // Results, and the message that they are in; of families, which come fast, some wait for those before.
    const auto in_flight = static_cast<double>((has_families(grid) ? 6 : 2) * most_cells_together(grid));
    return (static_cast<double>(grid.cells()) + in_flight) * (sizeof(CellSums) + sizeof(Prediction)) +
           static_cast<double>(grid.rows()) * (sizeof(RowState) + sizeof(Frontier) + sizeof(Plan::RowPlan));
}

std::optional<Task> Schedule::next(double most_seconds)
{
    if (!following_.empty()) {
        const Task task = following_.front();
        following_.pop_front();
        return task;
    }
    const auto fits = [&](const Task& task) { return expected_seconds(task) <= most_seconds; };
    if (const auto found = std::ranges::find_if(returned_, fits); found != returned_.end()) {
        const Task task = *found;
        returned_.erase(found);
        return task;
    }
    for (auto next = queue_.begin(); next != queue_.end();) {
        const RowIndex row{~next->second};
        const Frontier& frontier = frontiers_[row.value];
        if (states_[row.value].complete || (frontier.handed_out >= frontier.wanted && frontier.predicted))
            next = queue_.erase(next);
        // A row that does not fit stays: who asks next may have more time, and the estimate may have been too high.
        else if (seconds_per_replicate(row) + seconds_of_prediction(row) > most_seconds) ++next;
        else return cut(row, most_seconds);
    }
    return std::nullopt;
}

void Schedule::abandon(const Task& task)
{
    returned_.push_back(task);
    returned_.back().follows = false;
}

std::optional<RowIndex> Schedule::complete(TaskResult result)
{
    const RowIndex row = result.task.row;
    Frontier& frontier = frontiers_[row.value];
    const std::int64_t count = result.task.replicates.count();
    const double predicting = result.phases[static_cast<std::size_t>(support::Phase::theory)];
    progress_.core_seconds_done += result.seconds;
    if (result.task.predict) prediction_.add(predicting);
    if (count > 0 && result.message.empty()) {
        Frontier& of_family = frontiers_[plan_.family_of(row).value];
        of_family.measured += result.seconds - predicting;
        measured_ += result.seconds - predicting;
        if (!result.task.follows) {
            of_family.measured_replicates += count;
            nominal_ += plan_.rows[row.value].seconds * static_cast<double>(count);
        }
    }
    RowState& state = states_[row.value];
    state.seconds += result.seconds;
    // Beyond the look at which the row had become precise enough, or here for the second time.
    if (state.complete || result.task.replicates.first < state.replicates) return std::nullopt;
    frontier.early.emplace(result.task.replicates.first, std::move(result));
    bool changed = false;
    while (!state.complete && !frontier.early.empty() && frontier.early.begin()->first == state.replicates) {
        merge(row, frontier.early.begin()->second);
        frontier.early.erase(frontier.early.begin());
        look(row);
        changed = true;
    }
    return changed ? std::optional(row) : std::nullopt;
}

void Schedule::merge(RowIndex row, TaskResult& result)
{
    RowState& state = states_[row.value];
    if (result.task.predict) state.predictions = std::move(result.predictions);
    if (state.sums.size() == 0) state.sums = std::move(result.sums);
    else
        for (std::size_t cell = 0; cell < state.sums.size(); ++cell) append(state.sums[cell], result.sums[cell]);
    state.replicates = result.task.replicates.last;
}

bool precise_enough(const RowState& state, const SimulationSettings& simulation)
{
    if (simulation.precision == 0 || state.replicates == 0 || state.replicates % simulation.min_replicates != 0) return false;
    return std::ranges::all_of(state.sums, [&](const CellSums& cell) {
        return cell.failure != Reason::none || cell.moments.standard_error(state.replicates) <=
                                                   simulation.precision * cell.moments.mean(state.replicates).test_error;
    });
}

/// Decides whether the row is complete.
void Schedule::look(RowIndex row)
{
    RowState& state = states_[row.value];
    Frontier& frontier = frontiers_[row.value];
    const std::int64_t most = plan_.rows[row.value].replicates;
    if (state.replicates >= most || precise_enough(state, simulation_)) {
        state.complete = true;
        frontier.early.clear();
        --rows_left_;
        close(row);
    } else if (state.replicates >= frontier.wanted) {
        frontier.wanted = std::min(most, frontier.wanted + simulation_.min_replicates);
        enqueue(row);
    }
}

/// Counts the cells of a complete row.
void Schedule::close(RowIndex row)
{
    const auto failed = static_cast<std::size_t>(
        std::ranges::count_if(states_[row.value].sums, [](const CellSums& cell) { return support::is_failure(cell.failure); }));
    progress_.cells_failed += failed;
    progress_.cells_done += frontiers_[row.value].cells - failed;
}

void Schedule::forget(RowIndex row)
{
    ensure(states_[row.value].complete, "only a complete row is forgotten");
    states_[row.value].sums = {};
    states_[row.value].predictions = {};
}

Progress Schedule::progress() const
{
    Progress result = progress_;
    double there = 0, wanted = 0;
    std::vector<double> left(states_.size()), resumed(states_.size());  // replicates of families, by their first rows
    for (RowIndex row{0}; row.value < states_.size(); ++row) {
        const RowState& state = states_[row.value];
        const Frontier& frontier = frontiers_[row.value];
        const auto known = static_cast<double>(state.replicates), most = static_cast<double>(plan_.rows[row.value].replicates);
        const std::size_t family = plan_.family_of(row).value;
        resumed[family] = std::max(resumed[family], static_cast<double>(frontier.resumed));
        if (state.complete) continue;
        left[family] = std::max(left[family], most - known);
        result.core_seconds_left += seconds_of_prediction(row);
        if (state.replicates == 0) continue;
        result.cells_begun += frontier.cells;
        there += known * static_cast<double>(frontier.cells);
        wanted += most * static_cast<double>(frontier.cells);
    }
    for (RowIndex row{0}; row.value < states_.size(); ++row) {
        if (resumed[row.value] > 0) result.core_seconds_resumed += seconds_per_replicate(row) * resumed[row.value];
        if (left[row.value] > 0) result.core_seconds_left += seconds_per_replicate(row) * left[row.value];
    }
    if (wanted > 0) result.share_begun = there / wanted;
    return result;
}

}  // namespace collapse::sweep
