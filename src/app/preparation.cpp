#include "collapse/app/preparation.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>

#include "collapse/app/build.hpp"
#include "collapse/app/campaign.hpp"
#include "collapse/app/resources.hpp"
#include "collapse/app/shard_option.hpp"
#include "collapse/app/stop_signals.hpp"
#include "collapse/app/time_limit.hpp"
#include "collapse/data/dataset.hpp"
#include "collapse/store/format/file_size.hpp"
#include "collapse/store/format/timestamp.hpp"
#include "collapse/store/life/lock.hpp"
#include "collapse/store/life/place.hpp"
#include "collapse/store/life/result_view.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/measured.hpp"
#include "collapse/sweep/refine.hpp"

namespace collapse::app {

namespace {

/// Preparing a large sweep takes long enough to be asked to stop.
void heed_signals()
{
    if (const int signal = StopSignals::received(); signal != 0) throw StoppedEarly{signal};
}

/// Renames a result file that nobody writes to FILE.bak-<time>; returns the new name.
std::filesystem::path set_aside(const std::filesystem::path& path)
{
    store::expect_result_file(path);
    const store::WriterLock lock(path);
    std::string time = store::timestamp();
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    std::filesystem::path name = path.string() + ".bak-" + time;
    std::error_code error;
    for (int i = 2; std::filesystem::exists(name, error); ++i) name = fmt::format("{}.bak-{}-{}", path.string(), time, i);
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
OpenFile open_file(const sweep::Settings& settings, const store::Provenance& provenance, bool fresh, ProgressReport& progress)
{
    const std::filesystem::path path = store::place_of(settings.output);
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored) && fresh) {
        const auto old = set_aside(path);
        progress.note(fmt::format("the old {} is now {}", settings.output, old.string()));
    }
    if (std::filesystem::exists(path, ignored)) {
        OpenFile open{store::ResultFile::resume(path, settings, provenance), false};
        if (!open.file.growth().empty()) progress.note(open.file.growth());
        return open;
    }
    check_disk(path, store::file_size(settings));
    return {store::ResultFile::create(path, settings, provenance), true};
}

/// The spectrum of data is measured once for a file: one that goes on has it. Whether there is nothing left to measure.
bool knows_spectrum(sweep::Settings& settings, bool fresh)
{
    if (!settings.model.has_data() || !settings.data.nodes.empty()) return true;
    const std::filesystem::path path = store::place_of(settings.output);
    std::error_code ignored;
    if (fresh || !std::filesystem::exists(path, ignored)) return false;
    const store::ResultView view(path);
    const auto stored = view.resolved(), ours = settings.resolved();
    const auto same = [&](const auto& pair) {
        return !(pair.first.starts_with("data.") || pair.first.starts_with("model.")) ||
               std::ranges::find(stored, pair) != stored.end();
    };
    if (!std::ranges::all_of(ours, same)) return true;  // it is of another sweep, which is said when it is opened
    const std::string nodes = view.measured_spectrum();
    if (nodes.empty()) return false;
    settings.model.given = sweep::nodes_in("data.nodes", nodes);
    return true;
}

void measure_spectrum(const sweep::Settings& settings, ProgressReport& progress)
{
    const auto& data = *settings.model.dataset;
    progress.note(fmt::format(
        "{} rows of {} features{}; measuring the spectrum of {} of them", data.size(), data.features(),
        data.constant_features() > 0 ? fmt::format(" ({} of them constant, which are kept)", data.constant_features()) : "",
        settings.data.pool));
    settings.model.given->nodes();
}

/// Whether the cells that a row left out are those that the grid leaves out: another machine's rounding may decide otherwise at the
/// very edge of a refinement.
bool has_selection(const sweep::RowState& state, const sweep::Grid& grid, sweep::RowIndex row)
{
    for (std::size_t cell = 0; state.known() && cell < grid.cells_per_row(); ++cell) {
        const bool left_out = state.sums.size() > 0 && state.sums[cell].failure == support::Reason::not_refined;
        if (left_out == grid.selects(grid.cell_of(row, cell))) return false;
    }
    return true;
}

double time_limit(const Arguments& arguments, ProgressReport& progress)
{
    if (arguments.has("time-left")) return parse_duration("--time-left", arguments.flags.at("time-left"));
    const SlurmLimit limit = slurm_limit();
    for (const std::string& remark : limit.remarks) progress.note(remark);
    return limit.seconds_left.value_or(std::numeric_limits<double>::infinity());
}

}  // namespace

double steady_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

Preparation prepare(const Arguments& arguments, double ranks, int ranks_per_host, ProgressReport& progress)
{
    const Config config = arguments.config();
    const double end = steady_seconds() + time_limit(arguments, progress);
    const double grace = parse_duration("--disk-grace", arguments.has("disk-grace") ? arguments.flags.at("disk-grace") : "10:00");
    sweep::Settings settings = parse_config(config);
    const sweep::Shard shard = shard_of(arguments);
    settings.output = arguments.has("output") ? arguments.flags.at("output") : shard_file(settings.output, shard).string();
    const bool knows = knows_spectrum(settings, arguments.has("fresh"));
    if (!knows) check_pool(settings);
    sweep::Grid grid = sweep::refined_grid(settings);
    sweep::Plan plan = take_shard(sweep::make_plan(settings, grid), shard);
    if (knows) plan.pool_bytes = 0;
    plan.share_among(ranks);
    check_memory(plan, grid, ranks_per_host);
    store::Provenance provenance = provenance_of(settings, config.text);
    provenance.shard = shard.name();
    if (!knows) measure_spectrum(settings, progress);
    if (const std::string remark = remark_on_pool(plan); !remark.empty()) progress.note(remark);
    heed_signals();  // the last moment at which a stop leaves nothing behind
    OpenFile open = open_file(settings, provenance, arguments.has("fresh"), progress);
    std::vector<store::Segment> before;
    if (!open.is_new) before = store::ResultView(settings.output).segments();
    return {
        std::move(settings), std::move(grid), std::move(plan), std::move(open.file), open.is_new, std::move(before), end, grace};
}

std::vector<sweep::RowState> load_rows(const store::ResultFile& file, const sweep::Grid& grid, bool retry_failed,
                                       std::map<support::Reason, std::size_t>& failures)
{
    std::vector<sweep::RowState> rows(grid.rows());
    for (sweep::RowIndex index{0}; index.value < rows.size(); ++index) {
        heed_signals();
        sweep::RowState& row = rows[index.value];
        row = file.load(index);
        std::map<support::Reason, std::size_t> failed;
        count_failures(row, failed);
        if ((retry_failed && !failed.empty()) || !has_selection(row, grid, index)) row = {};
        else if (row.complete)
            for (const auto& [reason, count] : failed) failures[reason] += count;
    }
    return rows;
}

}  // namespace collapse::app
