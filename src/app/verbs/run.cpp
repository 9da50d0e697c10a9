#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>

#include <sys/resource.h>
#include <unistd.h>

#include "collapse/app/build.hpp"
#include "collapse/app/campaign.hpp"
#include "collapse/app/resources.hpp"
#include "collapse/app/shard_option.hpp"
#include "collapse/app/stop_signals.hpp"
#include "collapse/app/time_limit.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/mpi/crew.hpp"
#include "collapse/store/lock.hpp"
#include "collapse/store/timestamp.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

using sweep::Settings;

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// What one rank tells rank 0 at the end, as text: busy core-seconds and the peak of its memory in bytes.
std::string rank_report(double busy_seconds)
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return fmt::format("{} {}", busy_seconds, 1024.0 * static_cast<double>(usage.ru_maxrss));
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

bool has_failed(const sweep::RowState& state)
{
    return std::ranges::any_of(state.sums, [](const auto& cell) { return cell.failure > support::Reason::theory_only; });
}

/// What the file knows of every row; rows with failed cells start anew if `retry_failed`.
std::vector<sweep::RowState> load_rows(const store::ResultFile& file, const sweep::Grid& grid, bool retry_failed)
{
    std::vector<sweep::RowState> rows(grid.rows());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        rows[row] = file.load(row);
        if (retry_failed && has_failed(rows[row])) rows[row] = {};
    }
    return rows;
}

double time_limit(const Arguments& arguments)
{
    if (arguments.has("time-left")) return parse_duration("--time-left", arguments.flags.at("time-left"));
    return slurm_seconds_left().value_or(std::numeric_limits<double>::infinity());
}

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
    double seconds_left;
};

Preparation prepare(const Arguments& arguments, const Config& config, int ranks_per_host, ProgressReport& progress)
{
    Settings settings = parse_config(config);
    const sweep::Shard shard = arguments.has("shard") ? parse_shard(arguments.flags.at("shard")) : sweep::Shard{};
    settings.output = arguments.has("output") ? arguments.flags.at("output") : shard_file(settings.output, shard).string();
    sweep::Grid grid(settings.axes);
    sweep::Plan plan = take_shard(sweep::make_plan(settings, grid), shard);
    check_memory(plan.bytes_per_rank(), ranks_per_host);
    const double seconds_left = time_limit(arguments);  // before anything is written: it may be no duration
    store::Provenance provenance = provenance_of(settings, config.text);
    provenance.shard = shard.name();
    OpenFile open = open_file(settings, provenance, arguments.has("fresh"), progress);
    return {std::move(settings), std::move(grid), std::move(plan), std::move(open.file), open.is_new, seconds_left};
}

std::string failure_summary(const sweep::Progress& progress, const std::string& file)
{
    return progress.cells_failed == 0
               ? ""
               : fmt::format("; {} cells failed: `collapse status {}` tells why, --retry-failed computes them again",
                             progress.cells_failed, file);
}

void print_summary(const sweep::Progress& progress, const Campaign& campaign, const std::vector<std::string>& reports, double wall,
                   const std::string& file, ProgressReport& report)
{
    double busy = 0, memory = 0;
    for (const std::string& line : reports) {
        const auto words = support::split(line, ' ');
        busy += std::stod(words[0]);
        memory = std::max(memory, std::stod(words[1]));
    }
    const double capacity = wall * static_cast<double>(reports.size());
    report.note(fmt::format("{} of {} cells in {}{}", progress.cells_done, progress.cells, file, failure_summary(progress, file)));
    report.note(fmt::format("wall time {:.2f} s, {} {}, {:.2f} core-seconds of tasks, efficiency {:.1f} %, peak memory {} a rank",
                            wall, reports.size(), reports.size() == 1 ? "rank" : "ranks", busy, 100 * busy / capacity,
                            support::bytes(memory)));
    std::vector<std::string> shares;
    for (std::size_t phase = 0; phase < support::phase_names.size(); ++phase)
        shares.push_back(
            fmt::format("{} {:.1f} %", support::phase_names[phase], 100 * campaign.phases()[phase] / std::max(busy, 1e-9)));
    report.note(
        fmt::format("share of the core-seconds: {}; store {:.2f} s on rank 0", fmt::join(shares, ", "), campaign.store_seconds()));
}

/// Rank 0. `go` tells the other ranks to compute, and what: the resolved config, so that they need no file.
template <class Go>
Exit lead(const mpi::World& world, const std::vector<std::string>& host_names, const Arguments& arguments, Go&& go)
{
    using Style = ProgressReport::Style;
    ProgressReport progress(arguments.has("quiet") ? Style::quiet : ProgressReport::style_of_stderr(), world.size());
    const Config config = arguments.config();
    Preparation ready = prepare(arguments, config, most_ranks_per_host(host_names), progress);

    sweep::Schedule schedule(ready.settings, ready.grid, ready.plan,
                             load_rows(ready.file, ready.grid, arguments.has("retry-failed")));
    const sweep::Progress before = schedule.progress();
    progress.note(fmt::format("{}: {} cells in {} rows, {}, {} {}", ready.settings.output, before.cells,
                              before.cells / ready.grid.cells_per_row(),
                              ready.is_new ? "new file" : fmt::format("resuming with {} done", before.cells_resumed), world.size(),
                              world.size() == 1 ? "rank" : "ranks"));

    store::Segment segment;
    segment.job = environment("SLURM_JOB_ID");
    segment.command_line = arguments.command_line;
    segment.hosts = hosts_of(host_names);
    segment.ranks = world.size();
    segment.start = store::timestamp();
    Campaign campaign(ready.file, segment, progress, ready.seconds_left);
    go(ready.settings.to_config());
    const sweep::Evaluate evaluate(ready.settings, ready.grid);
    double busy = 0;
    {
        mpi::RankCrew crew(world, evaluate);
        sweep::drive(schedule, crew, campaign);
        busy = crew.worker().busy_seconds();
    }
    const double wall = campaign.wall_seconds();
    progress.end();
    campaign.finish(schedule);
    print_summary(schedule.progress(), campaign, world.gather(rank_report(busy)), wall, ready.settings.output, progress);
    if (!schedule.finished()) {
        progress.note(fmt::format("stopped by {}; run the same command again to go on", campaign.stop_reason()));
        return Exit::stopped;
    }
    return schedule.progress().cells_failed > 0 ? Exit::failed_cells : Exit::complete;
}

/// Every other rank.
void follow(const mpi::World& world, const std::string& resolved_config)
try {
    const Settings settings = parse_config({{}, resolved_config, {}, {}});
    const sweep::Grid grid(settings.axes);
    const double busy = mpi::serve(world, sweep::Evaluate(settings, grid));
    world.gather(rank_report(busy));
} catch (const std::exception& error) {
    fmt::print(stderr, "collapse: rank {} cannot go on: {}\n", world.rank(), error.what());
    world.abort(static_cast<int>(Exit::error));
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
                          {"quiet", "", "print nothing but errors"}},
                .config_keys = true};
    }

    Exit run(const Arguments& arguments) const override
    {
        const StopSignals signals;
        const mpi::World world;
        char name[256] = "";
        gethostname(name, sizeof name - 1);
        const std::vector<std::string> host_names = world.gather(name);

        // Rank 0 says once whether there is anything to do, and at the end what became of it; so all ranks leave together.
        if (!world.is_root()) {
            const std::string config_text = world.broadcast({});
            if (!config_text.empty()) follow(world, config_text.substr(1));
            return static_cast<Exit>(std::stoi(world.broadcast({})));
        }
        bool gone = false;
        const auto go = [&](const std::string& config_text) {
            gone = true;
            world.broadcast("+" + config_text);
        };
        const auto leave = [&](Exit status) {
            if (!gone) world.broadcast({});
            world.broadcast(std::to_string(static_cast<int>(status)));
            return status;
        };
        try {
            return leave(lead(world, host_names, arguments, go));
        } catch (const support::InvalidInput&) {
            leave(Exit::bad_input);
            throw;
        } catch (...) {
            leave(Exit::error);
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
