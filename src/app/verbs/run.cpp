#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>

#include <unistd.h>

#include "collapse/app/build.hpp"
#include "collapse/app/campaign.hpp"
#include "collapse/app/other_ranks.hpp"
#include "collapse/app/resources.hpp"
#include "collapse/app/run_report.hpp"
#include "collapse/app/shard_option.hpp"
#include "collapse/app/stop_signals.hpp"
#include "collapse/app/time_limit.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/mpi/crew.hpp"
#include "collapse/store/lock.hpp"
#include "collapse/store/timestamp.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/evaluate.hpp"
#include "collapse/sweep/refine.hpp"

namespace collapse::app {

namespace {

using sweep::Settings;

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// A signal that came before anything was computed.
struct StoppedEarly {
    int signal;
};

/// Preparing a large sweep takes long enough to be asked to stop.
void heed_signals()
{
    if (const int signal = StopSignals::received(); signal != 0) throw StoppedEarly{signal};
}

/// Renames a result file that nobody writes to FILE.bak-<time>; returns the new name.
std::filesystem::path set_aside(const std::filesystem::path& path)
{
    const store::WriterLock lock(path);
    std::string time = store::timestamp();
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    std::filesystem::path name = path.string() + ".bak-" + time;
    for (int i = 2; std::filesystem::exists(name); ++i) name = fmt::format("{}.bak-{}-{}", path.string(), time, i);
    std::error_code error;
    std::filesystem::rename(path, name, error);
    if (error)
        throw support::SystemFailure(fmt::format("cannot rename the old {} to {} ({}); give another --output", path.string(),
                                                 name.string(), error.message()));
    return name;
}

struct OpenFile {
    store::ResultFile file;
    bool is_new;
};

/// Opens the result file of the settings: a new one, or the one to continue.
OpenFile open_file(const Settings& settings, const store::Provenance& provenance, bool fresh, ProgressReport& progress)
{
    const std::filesystem::path path = settings.output;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored) && fresh) {
        const auto old = set_aside(path);
        progress.note(fmt::format("the old {} is now {}", path.string(), old.string()));
    }
    if (std::filesystem::exists(path, ignored)) {
        OpenFile open{store::ResultFile::resume(path, settings, provenance), false};
        if (!open.file.growth().empty()) progress.note(open.file.growth());
        return open;
    }
    check_disk(path, store::file_size(settings));
    return {store::ResultFile::create(path, settings, provenance), true};
}

/// Whether the cells that a row left out are those that the grid leaves out: another machine's rounding may decide otherwise at the
/// very edge of a refinement.
bool has_selection(const sweep::RowState& state, const sweep::Grid& grid, std::size_t row)
{
    for (std::size_t cell = 0; state.known() && cell < grid.cells_per_row(); ++cell) {
        const bool left_out = state.sums.size() > 0 && state.sums[cell].failure == support::Reason::not_refined;
        if (left_out == grid.selects(row * grid.cells_per_row() + cell)) return false;
    }
    return true;
}

/// What the file knows of every row, and how many cells have failed; rows with failed cells start anew if `retry_failed`.
std::vector<sweep::RowState> load_rows(const store::ResultFile& file, const sweep::Grid& grid, bool retry_failed,
                                       std::map<support::Reason, std::size_t>& failures)
{
    std::vector<sweep::RowState> rows(grid.rows());
    for (std::size_t index = 0; index < rows.size(); ++index) {
        heed_signals();
        sweep::RowState& row = rows[index];
        row = file.load(index);
        std::map<support::Reason, std::size_t> failed;
        count_failures(row, failed);
        if ((retry_failed && !failed.empty()) || !has_selection(row, grid, index)) row = {};
        else if (row.complete)
            for (const auto& [reason, count] : failed) failures[reason] += count;
    }
    return rows;
}

double time_limit(const Arguments& arguments)
{
    if (arguments.has("time-left")) return parse_duration("--time-left", arguments.flags.at("time-left"));
    return slurm_seconds_left().value_or(std::numeric_limits<double>::infinity());
}

double steady_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string hosts_of(const std::vector<std::string>& names)
{
    std::map<std::string, int> ranks;
    for (const std::string& name : names) ++ranks[name];
    std::vector<std::string> words;
    for (const auto& [name, count] : ranks) words.push_back(count > 1 ? fmt::format("{} x {}", name, count) : name);
    return fmt::format("{}", fmt::join(words, ", "));
}

/// Ranks that share a host with the fullest one.
int most_ranks_per_host(const std::vector<std::string>& names)
{
    std::map<std::string, int> ranks;
    int most = 1;
    for (const std::string& name : names) most = std::max(most, ++ranks[name]);
    return most;
}

/// Everything that rank 0 prepares before anybody computes.
struct Preparation {
    Settings settings;
    sweep::Grid grid;
    sweep::Plan plan;
    store::ResultFile file;
    bool is_new;
    double end;         ///< of the job, in steady_seconds(); inf if there is no limit
    double disk_grace;  ///< seconds
};

Preparation prepare(const Arguments& arguments, const Config& config, double ranks, int ranks_per_host, ProgressReport& progress)
{
    const double end = steady_seconds() + time_limit(arguments);
    const double grace = parse_duration("--disk-grace", arguments.has("disk-grace") ? arguments.flags.at("disk-grace") : "10:00");
    Settings settings = parse_config(config);
    const sweep::Shard shard = shard_of(arguments);
    settings.output = arguments.has("output") ? arguments.flags.at("output") : shard_file(settings.output, shard).string();
    sweep::Grid grid = sweep::refined_grid(settings);
    sweep::Plan plan = take_shard(sweep::make_plan(settings, grid), shard);
    plan.share_among(ranks);
    check_memory(plan, grid, ranks_per_host);
    store::Provenance provenance = provenance_of(settings, config.text);
    provenance.shard = shard.name();
    heed_signals();  // the last moment at which a stop leaves nothing behind
    OpenFile open = open_file(settings, provenance, arguments.has("fresh"), progress);
    return {std::move(settings), std::move(grid), std::move(plan), std::move(open.file), open.is_new, end, grace};
}

/// Rank 0.
Exit lead(const mpi::World& world, const std::vector<std::string>& host_names, const Arguments& arguments, OtherRanks& others,
          ProgressReport& progress)
{
    const Config config = arguments.config();
    Preparation ready = prepare(arguments, config, world.size(), most_ranks_per_host(host_names), progress);

    std::map<support::Reason, std::size_t> failures;
    sweep::Schedule schedule(ready.settings, ready.grid, ready.plan,
                             load_rows(ready.file, ready.grid, arguments.has("retry-failed"), failures));
    const sweep::Progress before = schedule.progress();
    progress.note(fmt::format("{}: {} in {}, {}, {}{}", ready.settings.output, support::counted(before.cells, "cell"),
                              support::counted(before.rows, "row"),
                              ready.is_new ? "new file" : fmt::format("resuming with {} done", before.cells_resumed),
                              support::counted(static_cast<std::size_t>(world.size()), "rank"), left_out(before)));

    store::Segment segment;
    segment.job = environment("SLURM_JOB_ID");
    segment.command_line = arguments.command_line;
    segment.hosts = hosts_of(host_names);
    segment.ranks = world.size();
    segment.start = store::timestamp();
    Campaign campaign(ready.file, segment, ready.grid, progress, ready.end - steady_seconds(), ready.disk_grace);
    const auto report = [&] {
        for (const auto& [reason, count] : campaign.failures()) failures[reason] += count;
        for (const std::string& line : report_lines({schedule.progress(), campaign.segment(), campaign.wall_seconds(),
                                                     campaign.phases(), failures, ready.settings.output}))
            progress.note(line);
        if (!schedule.finished())
            progress.note(fmt::format("stopped by {}; run the same command again to go on", campaign.stop_reason()));
    };
    others.go(ready.settings.to_config(), ready.grid.selection());
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
                .config_keys = true};
    }

    Exit run(const Arguments& arguments) const override
    {
        const StopSignals signals;
        const mpi::World world;
        char name[256] = "";
        gethostname(name, sizeof name - 1);
        const std::vector<std::string> host_names = world.gather(name);

        if (!world.is_root()) return follow(world);

        using Style = ProgressReport::Style;
        ProgressReport progress(arguments.has("quiet") ? Style::quiet : ProgressReport::style_of_stderr(), world.size());
        OtherRanks others(world);
        try {
            return others.leave(lead(world, host_names, arguments, others, progress));
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
