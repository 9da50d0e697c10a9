#include "collapse/store/life/merge.hpp"

#include <algorithm>
#include <map>

#include "../format/cell_result.hpp"
#include "collapse/store/life/lock.hpp"
#include "collapse/store/life/place.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/sweep/list.hpp"
#include "collapse/sweep/schedule.hpp"
#include "difference.hpp"
#include "draft_file.hpp"
#include "growth.hpp"
#include "publish.hpp"

namespace collapse::store {

using support::validate;

namespace {

constexpr const char* first_key = "simulation.first_replicate";
constexpr const char* count_key = "simulation.replicates";

/// Of a file that is missing some time that no file has.
std::filesystem::file_time_type written_at(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::last_write_time(path, ignored);
}

struct Input {
    std::string name;
    std::filesystem::file_time_type written;
    ResultView view;
    std::int64_t first = 0, count = 0;  ///< replicates first .. first + count - 1

    explicit Input(const std::filesystem::path& path) : name(path.string()), written(written_at(path)), view(path)
    {
        WriterLock::expect_no_writer(place_of(path));
        for (const auto& [key, value] : view.resolved()) {
            if (key == first_key) first = sweep::parse_whole(key, value, std::int64_t{0}, 2 * problem::largest_count);
            if (key == count_key) count = sweep::parse_whole(key, value, std::int64_t{0}, 2 * problem::largest_count);
        }
    }
};

/// Files of the same replicates.
using Range = std::vector<const Input*>;

void check_same_sweep(const Input& input, const Input& other, const sweep::Grid& grid)
{
    const auto without_replicates = [](Pairs pairs) {
        std::erase_if(pairs, [](const auto& pair) { return pair.first == first_key || pair.first == count_key; });
        return pairs;
    };
    Pairs theirs = other.view.resolved(), ours = input.view.resolved();
    if (input.first != other.first) {
        theirs = without_replicates(theirs);
        ours = without_replicates(ours);
    }
    const auto difference = first_difference(theirs, ours, "in " + other.name, "in " + input.name);
    validate(!difference, "the files belong to different sweeps: {}; merge files of one sweep", difference.value_or(""));
    check_sampler(input.view, input.name);
    check_axes(input.view, grid, input.name);
}

/// The inputs by their replicates, which must follow one another from 0 on.
std::vector<Range> ranges_of(const std::vector<Input>& inputs, const sweep::Grid& grid)
{
    std::map<std::int64_t, Range> by_first;
    for (const Input& input : inputs) {
        Range& range = by_first[input.first];
        check_same_sweep(input, range.empty() ? inputs.front() : *range.front(), grid);
        range.push_back(&input);
    }
    std::vector<Range> ranges;
    std::int64_t next = 0;
    for (auto& [first, range] : by_first) {
        const std::string& name = range.front()->name;
        validate(first <= next, "{} begins with replicate {}, but the others end before {}; merge the file of those between, too",
                 name, first, next);
        validate(first >= next, "{} begins with replicate {}, which {} has already; merge each replicate once", name, first,
                 ranges.empty() ? name : ranges.back().front()->name);
        next = first + range.front()->count;
        ranges.push_back(std::move(range));
    }
    return ranges;
}

/// A row of one range, and who knows it; at most one may.
struct Part {
    const Input* source = nullptr;
    sweep::RowState state;
};

Part part_of(const Range& range, sweep::RowIndex row, const sweep::Grid& grid)
{
    Part part;
    for (const Input* input : range) {
        sweep::RowState state = input->view.load(row);
        if (!state.known()) continue;
        validate(part.source == nullptr, "{} and {} both have the cells at {}, which would count twice; merge one of the two",
                 part.source ? part.source->name : "", input->name, grid.describe(grid.cell_of(row, 0)));
        part = {input, std::move(state)};
    }
    return part;
}

/// Adds the replicates that follow. Exact sums: the same bits as if they had been computed in one go.
void append(Part& whole, const Part& next, const sweep::Grid& grid, sweep::RowIndex row)
{
    if (!next.state.known()) {
        whole.state.complete = false;
        return;
    }
    validate(whole.state.complete,
             "the cells at {} have fewer replicates than wanted in the files before {}; let their run go on before merging",
             grid.describe(grid.cell_of(row, 0)), next.source->name);
    whole.state.replicates += next.state.replicates;
    whole.state.seconds += next.state.seconds;
    whole.state.complete = next.state.complete;
    for (std::size_t cell = 0; cell < whole.state.sums.size(); ++cell) sweep::append(whole.state.sums[cell], next.state.sums[cell]);
}

/// The history of all inputs, oldest first.
std::vector<Segment> segments_of(const std::vector<Input>& inputs)
{
    std::vector<Segment> segments;
    for (const Input& input : inputs) std::ranges::move(input.view.segments(), std::back_inserter(segments));
    std::ranges::stable_sort(segments, {}, &Segment::start);
    return segments;
}

/// A run may have begun to write an input since it was opened.
void expect_unchanged(const std::vector<Input>& inputs)
{
    for (const Input& input : inputs)
        if (written_at(input.name) != input.written)
            throw support::SystemFailure(
                fmt::format("{} was written while it was merged; merge again when no run writes it", input.name));
}

std::vector<Input> open_all(const std::vector<std::filesystem::path>& paths)
{
    std::vector<Input> inputs;
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        inputs.emplace_back(*path);
        for (auto earlier = paths.begin(); earlier != path; ++earlier)
            validate(!std::filesystem::equivalent(*earlier, *path), "{} is given twice; merge every file once", path->string());
    }
    return inputs;
}

}  // namespace

Merged merge(const std::filesystem::path& given, const std::vector<std::filesystem::path>& paths, sweep::Settings settings,
             const Provenance& provenance)
{
    const sweep::Grid grid = settings.grid();
    const std::vector<Input> inputs = open_all(paths);
    const std::vector<Range> ranges = ranges_of(inputs, grid);
    settings.simulation.first_replicate = 0;
    settings.simulation.replicates = ranges.back().front()->first + ranges.back().front()->count;

    const std::filesystem::path path = place_of(given);
    check_directory(path);
    const WriterLock lock(path);
    check_free(path);
    DraftFile draft(path, settings, provenance);
    Merged merged;
    merged.cells = grid.cells();
    for (sweep::RowIndex row{0}; row.value < grid.rows(); ++row) {
        Part whole = part_of(ranges.front(), row, grid);
        for (auto range = ranges.begin() + 1; range != ranges.end(); ++range) append(whole, part_of(*range, row, grid), grid, row);
        for (std::size_t cell = 0; cell < grid.cells_per_row(); ++cell) {
            const Status status = status_of(whole.state, cell);
            merged.cells_pending += status == Status::pending;
            merged.cells_failed += status == Status::failed;
        }
        if (whole.state.known()) draft.put(row, std::move(whole.state));
    }
    draft.set_segments(segments_of(inputs));
    std::vector<std::string> created;
    for (const Input& input : inputs) created.push_back(input.view.text("created"));
    draft.set_created(std::ranges::min(created));
    expect_unchanged(inputs);
    draft.publish_new();
    return merged;
}

}  // namespace collapse::store
