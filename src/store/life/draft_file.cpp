#include "draft_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <limits>

#include "../format/build.hpp"
#include "../format/segment_line.hpp"
#include "../hdf5/attributes.hpp"
#include "../row/reader.hpp"
#include "collapse/store/format/file_size.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "publish.hpp"

namespace collapse::store {

namespace {

constexpr std::size_t most_pending_cells = 1 << 16;  ///< bounds the memory

/// At most as many as the file has lines for.
std::vector<Segment> folded(const std::vector<Segment>& segments)
{
    if (segments.size() <= schema::segment_lines) return segments;
    const auto first = segments.begin() + schema::segment_lines - 1;
    std::vector<Segment> result(segments.begin(), first);
    Segment sum = *first;
    for (auto segment = first + 1; segment != segments.end(); ++segment) {
        sum.cells_done += segment->cells_done;
        sum.core_seconds += segment->core_seconds;
        sum.ranks = std::max(sum.ranks, segment->ranks);
        sum.start = std::min(sum.start, segment->start);
        sum.last_commit = std::max(sum.last_commit, segment->last_commit);
        sum.end = std::max(sum.end, segment->end);
    }
    sum.command_line = fmt::format("{} runs, the last by: {}", segments.end() - first, segments.back().command_line);
    result.push_back(sum);
    return result;
}

}  // namespace

template <class Work>
void DraftFile::guarded(Work&& work)
{
    try {
        work();
    } catch (const hdf5::Refusal& refusal) {
        throw support::SystemFailure(fmt::format("{} ({}) cannot be created: {}; free some space or choose another output",
                                                 path_.string(), support::bytes(size_), refusal.what()));
    }
}

DraftFile::DraftFile(std::filesystem::path path, const sweep::Settings& settings, const Provenance& provenance)
    : path_(std::move(path)), draft_(draft_of(path_)), settings_(settings), size_(file_size(settings))
{
    hdf5::silence();
    try {
        probe_space(draft_, size_);
        guarded([&] { build(draft_, settings, provenance); });
    } catch (...) {
        unlink(draft_.c_str());
        throw;
    }
}

DraftFile::~DraftFile() { unlink(draft_.c_str()); }  // published: it has another name

void DraftFile::open()
{
    if (contents_) return;
    guarded([&] {
        Offsets offsets = *locate(hdf5::open_for_reading(draft_));
        RawFile file(draft_, RawFile::Access::update);
        RowWriter writer(file, offsets);
        contents_ = std::make_unique<Contents>(Contents{std::move(offsets), std::move(file), std::move(writer), {}});
    });
}

void DraftFile::put(sweep::RowIndex row, sweep::RowState state)
{
    open();
    contents_->pending[row] = std::move(state);
    if (contents_->pending.size() * contents_->offsets.cells_per_row() >= most_pending_cells) write_pending();
}

void DraftFile::show(sweep::RowIndex row, const RawData& data, sweep::RowIndex source,
                     const std::vector<std::optional<std::size_t>>& cells)
{
    if (std::ranges::all_of(read_status(data.file, data.offsets, source), [](std::uint8_t status) { return status == 0; })) return;
    open();
    auto& [offsets, file, writer, pending] = *contents_;
    const auto copy = [&, &to = file](std::uint64_t old_place, std::uint64_t new_place, std::size_t size) {
        std::vector<std::byte> before(data.offsets.cells_per_row() * size), now(cells.size() * size);
        data.file.read(old_place, before);
        to.read(new_place, now);
        for (std::size_t cell = 0; cell < cells.size(); ++cell)
            if (cells[cell])
                std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(*cells[cell] * size), size,
                            now.begin() + static_cast<std::ptrdiff_t>(cell * size));
        to.write(new_place, now);
    };
    for (std::size_t variable = 0; variable < schema::variables().size(); ++variable)
        copy(data.offsets.row_of(variable, source), offsets.row_of(variable, row),
             schema::size_of(schema::variables()[variable].type));
    copy(data.offsets.status_of_row(source), offsets.status_of_row(row), 1);
}

void DraftFile::write_pending()
{
    auto& [offsets, file, writer, pending] = *contents_;
    writer.write_values(file, offsets, pending);
    writer.publish(file, offsets, pending);
    writer.settle(pending);
    pending.clear();
}

void DraftFile::set_segments(const std::vector<Segment>& segments)
{
    open();
    std::string text;
    for (Segment& segment : folded(segments)) {
        segment.core_seconds_left = std::numeric_limits<double>::quiet_NaN();  // of a file of another content
        text += segment_line(segment);
    }
    contents_->file.write(contents_->offsets.segments, std::as_bytes(std::span(text)));
}

void DraftFile::finish()
{
    if (contents_) {
        write_pending();
        complete_ = contents_->writer.complete();
        contents_.reset();
    }
    if (!complete_ && created_.empty()) return;
    guarded([&] {
        hdf5::Handle file = hdf5::open_for_update(draft_);
        if (!created_.empty()) hdf5::rewrite(file, "created", created_);
        hdf5::rewrite(file, "complete", std::int32_t{complete_});
        file.close("write the file");
    });
}

void DraftFile::publish_new()
{
    finish();
    if (complete_ && settings_.is_refined()) {
        const auto packed = draft_of(draft_);
        try {
            guarded([&] { pack(draft_, packed, settings_); });
            std::filesystem::rename(packed, draft_);
        } catch (...) {
            unlink(packed.c_str());
            throw;
        }
    }
    store::publish_new(draft_, path_);
}

void DraftFile::publish_over()
{
    finish();
    store::publish_over(draft_, path_);
}

void remove_stale_draft(const std::filesystem::path& path)
{
    unlink(draft_of(draft_of(path)).c_str());
    unlink(draft_of(path).c_str());
}

}  // namespace collapse::store
