#pragma once

#include <algorithm>
#include <limits>

#include "collapse/sweep/drive.hpp"
#include "collapse/sweep/evaluate.hpp"

/// What the measurements of rank 0 put in the place of real work.
namespace collapse::bench {

/// One replicate of the cheapest row with its predictions: every task's result has this shape.
inline sweep::TaskResult sample_result(const sweep::Settings& settings, const sweep::Grid& grid, const sweep::Plan& plan)
{
    const auto cost = [](const sweep::Plan::RowPlan& row) {
        return row.replicates > 0 ? row.seconds : std::numeric_limits<double>::infinity();
    };
    const auto cheapest = std::ranges::min_element(plan.rows, {}, cost);
    return sweep::Evaluate(settings, grid)({sweep::RowIndex{static_cast<std::size_t>(cheapest - plan.rows.begin())}, {0, 1}, true});
}

/// The sample, as if it were this task's result.
inline sweep::TaskResult answer(sweep::TaskResult sample, const sweep::Task& task, double seconds)
{
    sample.task = task;
    if (!task.predict) sample.predictions = {};
    sample.seconds = seconds;
    sample.phases = {};
    return sample;
}

/// Looks on.
class NoWatch : public sweep::Watch {
  public:
    void row_changed(sweep::RowIndex, const sweep::RowState&) override {}
    void tick(const sweep::Schedule&) override {}
    double seconds_left() override { return std::numeric_limits<double>::infinity(); }
    void task_done(const sweep::TaskResult&) override {}
    void member_retired(sweep::MemberIndex) override {}
    bool out_of_patience() override { return false; }
};

}  // namespace collapse::bench
