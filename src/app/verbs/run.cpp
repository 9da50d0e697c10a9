#include <algorithm>
#include <cstdlib>
#include <map>

#include "collapse/app/campaign.hpp"
#include "collapse/app/other_ranks.hpp"
#include "collapse/app/preparation.hpp"
#include "collapse/app/rank_facts.hpp"
#include "collapse/app/resources.hpp"
#include "collapse/app/run_report.hpp"
#include "collapse/app/stop_signals.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/mpi/crew.hpp"
#include "collapse/store/format/timestamp.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/evaluate.hpp"

namespace collapse::app {

namespace {

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// Rank 0.
Exit lead(const mpi::World& world, const std::vector<RankFacts>& ranks, const Arguments& arguments, OtherRanks& others,
          ProgressReport& progress)
{
    Preparation ready = prepare(arguments, world.size(), most_ranks_per_host(ranks), progress);

    std::map<support::Reason, std::size_t> failures;
    std::vector<sweep::RowState> rows = load_rows(ready.file, ready.grid, arguments.has("retry-failed"), failures);
    std::size_t skipped = 0;
    for (const sweep::RowState& row : rows) skipped += skipped_cells(row);
    sweep::Schedule schedule(ready.settings, ready.grid, ready.plan, std::move(rows));
    const sweep::Progress before = schedule.progress();
    if (ready.is_new || !schedule.finished())
        progress.note(
            fmt::format("{}: {} in {}, {}, {}{}", ready.settings.output, support::counted(before.cells, "cell"),
                        support::counted(before.rows, "row"),
                        ready.is_new ? "new file" : fmt::format("resuming with {} done{}", before.cells_resumed, begun(before)),
                        support::counted(static_cast<std::size_t>(world.size()), "rank"), left_out(before)));
    for (const std::string& remark : remarks_on(ranks, ready.before)) progress.note(remark);

    store::Segment segment;
    segment.job = environment("SLURM_JOB_ID");
    segment.command_line = arguments.command_line;
    segment.hosts = hosts_of(ranks);
    segment.kernels = kernels_of(ranks);
    segment.ranks = world.size();
    segment.start = store::timestamp();
    Campaign campaign(ready.file, segment, ready.grid, progress, ready.end - steady_seconds(), ready.disk_grace);
    const auto report = [&] {
        for (const auto& [reason, count] : campaign.failures()) failures[reason] += count;
        for (const std::string& line :
             report_lines({schedule.progress(), campaign.segment(), campaign.wall_seconds(), campaign.phases(), failures,
                           skipped + campaign.skipped(), ready.settings.output}))
            progress.note(line);
        if (!schedule.finished())
            progress.note(fmt::format("stopped by {}; run the same command again to go on", campaign.stop_reason()));
    };
    others.go(ready.settings, ready.grid.selection());
    const sweep::Evaluate evaluate(ready.settings, ready.grid);
    sweep::Worker::Times times;
    {
        mpi::RankCrew crew(world, evaluate);
        const sweep::Ending ending = sweep::drive(schedule, crew, campaign);
        progress.end();
        if (ending == sweep::Ending::tasks_under_way) {
            campaign.finish(schedule);
            progress.note("there was no time to finish the tasks in hand: the next run computes them");
            report();
            {  // Nothing is destroyed when ranks quit, but a lock left behind makes the next run look whether its owner lives.
                const store::ResultFile closed = std::move(ready.file);
            }
            crew.desert(static_cast<int>(Exit::stopped));
        }
        times = crew.worker().times();
    }
    campaign.finish(schedule);
    campaign.conclude(others.lines(rank_line(times)), planned_memory(ready.plan, ready.grid));
    report();
    if (!schedule.finished()) return Exit::stopped;
    return schedule.progress().cells_failed > 0 ? Exit::failed_cells : Exit::complete;
}

class Run final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "run",
                .operands = "CONFIG",
                .summary = "runs the sweep, or goes on where it stopped; alone or under mpirun or srun",
                .flags = {{"output", "FILE", "result file (default: the config's name with .h5)"},
                          {"fresh", "", "set an old result file aside (renamed, never deleted) and start anew"},
                          {"retry-failed", "", "compute failed cells again"},
                          {"time-left", "D-HH:MM:SS",
                           "stop in order before that long has passed (default under Slurm: the job's limit)"},
                          {"shard", "i/N", "compute only part i of N, into a file of its own; `collapse merge` pools them"},
                          {"disk-grace", "MM:SS", "go on that long while the disk is full (default 10:00)"},
                          {"quiet", "", "print nothing but errors and warnings"}},
                .config_keys = true,
                .example = "mpirun -n 8 collapse run sweep.ini --output sweep.h5"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const StopSignals signals;
        const mpi::World world;
        std::vector<RankFacts> ranks;
        for (const std::string& text : world.gather(facts_of_this_rank())) ranks.push_back(parse_facts(text));
        if (!world.is_root()) return follow(world);

        using Style = ProgressReport::Style;
        ProgressReport progress(arguments.has("quiet") ? Style::quiet : ProgressReport::style_of_stderr(), world.size());
        if (!world.remark().empty()) progress.note(world.remark());
        OtherRanks others(world);
        try {
            return others.leave(lead(world, ranks, arguments, others, progress));
        } catch (const StoppedEarly& stop) {
            progress.note(fmt::format("stopped by {} before anything was computed; run the same command again",
                                      StopSignals::describe(stop.signal)));
            return others.leave(Exit::stopped);
        } catch (const support::InvalidInput&) {
            others.leave(Exit::bad_input);
            throw;
        } catch (...) {
            others.leave(Exit::error);
            throw;
        }
    }
};

}  // namespace

const Verb& verb_run()
{
    static const Run instance;
    return instance;
}

}  // namespace collapse::app
