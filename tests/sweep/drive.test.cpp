#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <map>

#include "support/sweeps.hpp"

using namespace collapse;
using sweep::Grid;
using sweep::RowState;
using sweep::Schedule;
using sweep::Settings;

namespace {

/// Keeps what it is told, and stops after so many changes of rows.
class Recorder : public sweep::Watch {
  public:
    explicit Recorder(std::size_t rows, int changes = std::numeric_limits<int>::max()) : states(rows), changes_left_(changes) {}

    void row_changed(sweep::RowIndex row, const RowState& state) override
    {
        states[row.value] = state;
        --changes_left_;
    }
    void tick(const Schedule&) override { ++ticks; }
    double seconds_left() override { return changes_left_ > 0 ? std::numeric_limits<double>::infinity() : 0; }
    void task_done(const sweep::TaskResult& result) override
    {
        if (!result.message.empty()) failures.push_back(result.message);
    }

    void member_retired(sweep::MemberIndex member) override { retired.push_back(member); }
    bool out_of_patience() override { return impatient; }

    std::vector<test::RowBits> bits() const
    {
        std::vector<test::RowBits> result;
        for (const RowState& state : states) result.push_back(test::bits_of(state));
        return result;
    }

    std::vector<RowState> states;
    std::vector<std::string> failures;
    std::vector<sweep::MemberIndex> retired;
    bool impatient = false;
    int ticks = 0;

  private:
    int changes_left_;
};

/// One run of the program's main loop; true if it completed the sweep.
bool run(const Settings& settings, Recorder& recorder)
{
    const Grid grid(settings.axes);
    sweep::SoloCrew crew{sweep::Evaluate(settings, grid)};
    sweep::Plan plan = make_plan(settings, grid);
    Schedule schedule(settings, grid, plan, recorder.states);
    drive(schedule, crew, recorder);
    CHECK(crew.worker().idle());
    return schedule.finished();
}

}  // namespace

TEST_CASE("a driven sweep has the bits of the plain loop", "[sweep]")
{
    for (const Settings& settings :
         {test::small_settings({}, 40), test::small_settings({{"T", "6, 10, 15, 30"}, {"sigma0", "0, 1"}}, 7),
          test::small_settings({}, 0)}) {
        Recorder recorder(Grid(settings.axes).rows());
        CHECK(run(settings, recorder));
        CHECK(recorder.bits() == test::serial(settings));
        CHECK(recorder.failures.empty());
        for (const RowState& state : recorder.states) CHECK(state.complete);
    }
}

TEST_CASE("a sweep that is stopped again and again, and resumed, has the bits of the plain loop", "[sweep]")
{
    const Settings settings = test::small_settings({{"T", "5:20:3"}, {"d", "40, 60"}}, 40);
    Recorder recorder(Grid(settings.axes).rows());
    int runs = 0;
    for (bool finished = false; !finished; ++runs) {
        REQUIRE(runs < 100);
        Recorder next(0, 1);
        next.states = recorder.states;
        finished = run(settings, next);
        recorder.states = next.states;
    }
    CHECK(runs > 1);
    CHECK(recorder.bits() == test::serial(settings));
}

TEST_CASE("exceptions in tasks are reported and do not stop the sweep", "[sweep]")
{
    Settings settings = test::small_settings();
    const Grid grid(settings.axes);
    settings.model.teacher = "unheard_of";  // not validated
    Recorder recorder(grid.rows());
    CHECK(run(settings, recorder));
    CHECK(recorder.failures.size() >= grid.rows());
    for (const RowState& state : recorder.states)
        for (const auto& cell : state.sums) CHECK(cell.failure == support::Reason::exception);
}

namespace {

/// Members that compute at once, in turn; those called bad fail every task.
class FakeCrew : public sweep::Crew {
  public:
    FakeCrew(sweep::Evaluate evaluate, std::size_t size, std::vector<bool> bad)
        : given(size), evaluate_(evaluate), bad_(std::move(bad)), size_(size)
    {
    }
    std::size_t size() const override { return size_; }
    void give(sweep::MemberIndex member, std::vector<sweep::Task> batch) override
    {
        ++given[member.value];
        batches_.emplace_back(member, std::move(batch));
    }
    std::optional<Delivery> take() override
    {
        if (stuck || batches_.empty()) return std::nullopt;
        auto [member, batch] = std::move(batches_.front());
        batches_.erase(batches_.begin());
        Delivery delivery{member, {}};
        for (const sweep::Task& task : batch) {
            delivery.results.push_back(evaluate_(task));
            computed[{task.row, task.replicates.first}] = member;
            delivery.results.back().seconds = static_cast<double>(task.replicates.count());  // see many_batches
            if (bad_[member.value]) delivery.results.back().message = "broken machine";
        }
        return delivery;
    }
    void hurry() override { hurried = true; }

    std::vector<std::size_t> given;
    std::map<std::pair<sweep::RowIndex, std::int64_t>, sweep::MemberIndex> computed;  ///< by whom, the last time
    bool stuck = false, hurried = false;

  private:
    sweep::Evaluate evaluate_;
    std::vector<bool> bad_;
    std::size_t size_;
    std::vector<std::pair<sweep::MemberIndex, std::vector<sweep::Task>>> batches_;
};

/// A sweep of many small batches.
sweep::Plan many_batches(const Settings& settings, const Grid& grid)
{
    sweep::Plan plan = make_plan(settings, grid);
    for (sweep::Plan::RowPlan& row : plan.rows) row.seconds = 1;  // so that every replicate is thought to fill a batch
    plan.longest_task = 1;
    return plan;
}

}  // namespace

TEST_CASE("a member that fails task after task while others do not gets no more work", "[sweep]")
{
    const Settings settings = test::small_settings({}, 40);
    const Grid grid(settings.axes);
    FakeCrew crew(sweep::Evaluate(settings, grid), 3, {false, true, false});
    Recorder recorder(grid.rows());
    Schedule schedule(settings, grid, many_batches(settings, grid), recorder.states);
    CHECK(drive(schedule, crew, recorder) == sweep::Ending::nothing_under_way);
    CHECK(schedule.finished());
    CHECK(recorder.retired == std::vector{sweep::MemberIndex{1}});
    CHECK(crew.given[1] <= 6);
    CHECK(recorder.failures.size() > 3);  // it had another batch
    CHECK(std::ranges::count(crew.computed, sweep::MemberIndex{1}, [](const auto& entry) { return entry.second; }) ==
          2);  // the first two failures
}

TEST_CASE("where every member fails nobody is left out: the tasks are to blame", "[sweep]")
{
    const Settings settings = test::small_settings({}, 40);
    const Grid grid(settings.axes);
    FakeCrew crew(sweep::Evaluate(settings, grid), 3, {true, true, true});
    Recorder recorder(grid.rows());
    Schedule schedule(settings, grid, many_batches(settings, grid), recorder.states);
    drive(schedule, crew, recorder);
    CHECK(schedule.finished());
    CHECK(recorder.retired.empty());
}

TEST_CASE("when time is up and patience, too, tasks under way are given up", "[sweep]")
{
    const Settings settings = test::small_settings({}, 40);
    const Grid grid(settings.axes);
    FakeCrew crew(sweep::Evaluate(settings, grid), 3, {false, false, false});
    crew.stuck = true;
    /// Time is up once the crew has work.
    struct Impatient : Recorder {
        using Recorder::Recorder;
        double seconds_left() override { return ticks > 0 ? 0 : 1; }
    } recorder(grid.rows());
    recorder.impatient = true;
    Schedule schedule(settings, grid, make_plan(settings, grid), recorder.states);
    CHECK(drive(schedule, crew, recorder) == sweep::Ending::tasks_under_way);
    CHECK(crew.hurried);
    CHECK_FALSE(schedule.finished());
}
