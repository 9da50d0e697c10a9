#include "growth.hpp"

#include <algorithm>

#include "collapse/rng/key.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"
#include "collapse/sweep/schedule.hpp"
#include "collapse/sweep/tie.hpp"
#include "draft_file.hpp"

namespace collapse::store {

using support::validate;

namespace {

constexpr const char* ways_out = "choose another --output, or --fresh to set the old file aside";

sweep::CoordinatePointer coordinate_of(const std::string& key)
{
    return key.starts_with("grid.") ? sweep::coordinate_called(key.substr(5)) : nullptr;
}

bool is_count(const std::string& key) { return key == "simulation.replicates" || key == "simulation.max_replicates"; }

/// The pairs that may not differ: those whose key may grow and that both have are left out. What follows something else cannot grow.
Pairs fixed(const Pairs& pairs, const Pairs& others)
{
    Pairs result;
    for (const auto& pair : pairs) {
        const std::string* other = value_of(others, pair.first);
        const bool tied = coordinate_of(pair.first) && other && (sweep::is_tie(pair.second) || sweep::is_tie(*other));
        if (tied || !other || !(coordinate_of(pair.first) || is_count(pair.first))) result.push_back(pair);
    }
    return result;
}

std::vector<sweep::Axis> axes_of(const Pairs& pairs)
{
    std::vector<sweep::Axis> axes;
    for (const auto& [key, value] : pairs)
        if (const sweep::CoordinatePointer coordinate = coordinate_of(key))
            axes.push_back(sweep::parse_axis(coordinate, key, value));
    return axes;
}

std::string list(const std::vector<double>& values)
{
    constexpr std::size_t most = 5;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < std::min(values.size(), most); ++i) words.push_back(support::exact(values[i]));
    if (values.size() > most) words.push_back(fmt::format("{} more", values.size() - most));
    return support::enumerate(words);
}

/// Checked before the grids are made, of which a foreign file may have none.
const Pairs& same_sweep(const Pairs& stored, const Pairs& ours, const std::string& path)
{
    const auto difference = first_difference(fixed(stored, ours), fixed(ours, stored));
    validate(!difference, "{} belongs to another sweep: {}; {}", path, difference.value_or(""), ways_out);
    return stored;
}

}  // namespace

Growth::Growth(const Pairs& stored, const sweep::Settings& settings, const std::string& path)
    : old_(axes_of(same_sweep(stored, settings.resolved(), path))), new_(settings.grid()), simulation_(settings.simulation)
{
    compare_axes(stored, path);
    compare_replicates(stored, settings.resolved(), path);
    const std::vector<std::optional<std::size_t>> one{0};
    const auto &ridges = new_.shares_ridges() ? places_[places_.size() - 2] : one, &generations = places_.back();
    const std::size_t columns = old_.axes().back().values.size();
    for (const auto& ridge : ridges)
        for (const auto& generation : generations)
            cells_.push_back(ridge && generation ? std::optional(*ridge * columns + *generation) : std::nullopt);
}

void Growth::compare_axes(const Pairs& stored, const std::string& path)
{
    for (std::size_t axis = 0; axis < new_.axes().size(); ++axis) {
        const auto &before = old_.axes()[axis].values, &now = new_.axes()[axis].values;
        const std::string key = fmt::format("grid.{}", new_.axes()[axis].name());
        std::vector<double> lost;
        std::ranges::copy_if(before, std::back_inserter(lost),
                             [&](double value) { return std::ranges::find(now, value) == now.end(); });
        validate(lost.empty(),
                 "{} belongs to another sweep: {}; to extend it give {} too, else its results for {} = {} would be lost: {}", path,
                 first_difference({{key, *value_of(stored, key)}}, {{key, support::exact(now)}}).value_or(key), list(lost), key,
                 list(lost), ways_out);
        auto& places = places_.emplace_back();
        for (const double value : now) {
            const auto found = std::ranges::find(before, value);
            places.push_back(found == before.end() ? std::nullopt
                                                   : std::optional(static_cast<std::size_t>(found - before.begin())));
        }
        if (now == before) continue;
        reshapes_ = true;
        const bool inner = axis >= outer_axes();
        if (inner && now.size() > before.size()) keeps_rows_ = false;
        changes_.push_back(now.size() == before.size()
                               ? fmt::format("{} has its values in another order", key)
                               : fmt::format("{} has {} values instead of {}", key, now.size(), before.size()));
    }
}

void Growth::compare_replicates(const Pairs& stored, const Pairs& ours, const std::string& path)
{
    for (const auto& [key, value] : ours) {
        if (!is_count(key)) continue;
        const std::string& before = *value_of(stored, key);
        if (key == "simulation.replicates") simulated_before_ = before != "0";
        if (value == before) continue;
        validate(sweep::parse_number(key, value) > sweep::parse_number(key, before),
                 "{} belongs to another sweep: {} is {} there and {} here; more extend the file, but with fewer its results would "
                 "be lost: {}",
                 path, key, before, value, ways_out);
        changes_.push_back(fmt::format("{} is {} instead of {}", key, value, before));
        keeps_results_ = false;
    }
}

std::optional<sweep::RowIndex> Growth::source_of(sweep::RowIndex row) const
{
    // Both grids have the same axes in the same order.
    std::size_t rest = row.value, source = 0, stride = 1;
    for (std::size_t axis = outer_axes(); axis-- > 0;) {
        const auto& places = places_[axis];
        const auto place = places[rest % places.size()];
        if (!place) return std::nullopt;
        rest /= places.size();
        source += stride * *place;
        stride *= old_.axes()[axis].values.size();
    }
    return sweep::RowIndex{source};
}

sweep::RowState Growth::carried_over(sweep::RowState state) const
{
    if (!keeps_rows_) return {};
    if (!simulated_before_ && simulation_.replicates > 0) return {};  // there are no sums to go on from
    const auto reorder = [&](auto& table) {
        const auto before = table;
        for (std::size_t cell = 0; cell < table.size(); ++cell) table[cell] = before[*cells_[cell]];
    };
    reorder(state.sums);
    reorder(state.predictions);
    if (!state.complete || simulation_.replicates == 0) return state;
    // A row without replicates has no cell that can be simulated. With `precision` the last look may have been by the old limit,
    // at which a larger sweep does not look.
    state.complete = state.replicates == 0 || state.replicates >= simulation_.most() || sweep::precise_enough(state, simulation_);
    return state;
}

void check_axes(const ResultView& view, const sweep::Grid& grid, const std::string& path)
{
    const auto axes = grid.dimensions();
    const auto& dimensions = view.dimensions();
    const bool same = std::ranges::equal(axes, dimensions, [](const sweep::Axis* axis, const ResultView::Dimension& dimension) {
        return axis->name() == dimension.name && axis->values == dimension.values;
    });
    validate(same,
             "{} is damaged (its dimensions are not those of its config); restore it from a copy, or use --fresh to begin anew",
             path);
}

void check_sampler(const ResultView& view, const std::string& path)
{
    const Pairs settings = view.resolved();
    const std::string* replicates = value_of(settings, "simulation.replicates");
    validate(
        view.sampler_version() == static_cast<std::int64_t>(rng::sampler_version) || (replicates && *replicates == "0"),
        "{} was simulated with version {} of the samplers, and this program draws with version {}, which gives other numbers; use "
        "the collapse that wrote it ({}), or {}",
        path, view.sampler_version(), rng::sampler_version, view.text("app_version"), ways_out);
}

std::string grow(const std::filesystem::path& path, const ResultView& view, const Growth& growth, const sweep::Settings& settings,
                 const Provenance& provenance)
{
    DraftFile draft(path, settings, provenance);
    draft.set_created(view.text("created"));
    draft.set_segments(view.segments());
    const std::size_t rows = settings.grid().rows();
    std::size_t kept = 0;
    for (sweep::RowIndex row{0}; row.value < rows; ++row) {
        const auto source = growth.source_of(row);
        if (!source) continue;
        sweep::RowState state = growth.carried_over(view.load(*source));
        if (growth.keeps_results() && !state.complete) draft.show(row, view.data(), *source, growth.sources_of_cells());
        if (!state.known()) continue;
        ++kept;
        draft.put(row, std::move(state));
    }
    draft.publish_over();
    if (growth.changes().empty()) return {};  // only unpacked
    return fmt::format("{} is extended: {}; {}", path.string(), support::enumerate(growth.changes()),
                       growth.keeps_rows() ? fmt::format("what was known of {} of the {} rows is kept", kept, rows)
                       : growth.keeps_results()
                           ? "its results stay, and are computed again with the new ones of their rows, with which they share draws"
                           : "all rows are computed anew, because their cells share draws that are not kept");
}

}  // namespace collapse::store
