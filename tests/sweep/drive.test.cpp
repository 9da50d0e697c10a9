#include <catch2/catch.hpp>

#include <limits>

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

    void row_changed(std::size_t row, const RowState& state) override
    {
        states[row] = state;
        --changes_left_;
    }
    void tick(const Schedule&) override { ++ticks; }
    double seconds_left() override { return changes_left_ > 0 ? std::numeric_limits<double>::infinity() : 0; }
    void task_done(const sweep::TaskResult& result) override
    {
        if (!result.message.empty()) failures.push_back(result.message);
    }

    std::vector<test::RowBits> bits() const
    {
        std::vector<test::RowBits> result;
        for (const RowState& state : states) result.push_back(test::bits_of(state));
        return result;
    }

    std::vector<RowState> states;
    std::vector<std::string> failures;
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
    settings.model.spectrum = "unheard_of";  // not validated
    Recorder recorder(grid.rows());
    CHECK(run(settings, recorder));
    CHECK(recorder.failures.size() >= grid.rows());
    for (const RowState& state : recorder.states)
        for (const auto& cell : state.sums) CHECK(cell.failure == support::Reason::exception);
}
