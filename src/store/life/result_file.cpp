#include "collapse/store/life/result_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "../format/segment_line.hpp"
#include "../hdf5/attributes.hpp"
#include "../row/pack.hpp"
#include "../row/reader.hpp"
#include "../row/writer.hpp"
#include "collapse/store/format/timestamp.hpp"
#include "collapse/store/life/lock.hpp"
#include "collapse/store/life/place.hpp"
#include "collapse/store/life/result_view.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "draft_file.hpp"
#include "growth.hpp"
#include "publish.hpp"

namespace collapse::store {

using support::InvalidInput;
using support::SystemFailure;
using support::validate;

namespace {

/// A write beyond the limit of file sizes shall be an error that commit() reports, not the death of the process.
void ignore_size_signal()
{
    struct sigaction action {};
    if (sigaction(SIGXFSZ, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) std::signal(SIGXFSZ, SIG_IGN);
}

/// A file is for one shard as long as it lives; and which rows that are depends on the grid.
void check_shard(const std::string& theirs, const std::string& ours, bool reshapes, const std::string& path)
{
    const auto name = [](const std::string& shard) { return shard.empty() ? "the whole sweep" : "shard " + shard; };
    validate(theirs == ours, "{} is for {}, not for {}; give another --output{}", path, name(theirs), name(ours),
             theirs.empty() ? "" : fmt::format(", --shard {}, or merge the shards first", theirs));
    validate(!reshapes || theirs.empty(), "{} is for shard {} of a smaller grid; merge the shards, then extend the merged file",
             path, theirs);
}

Offsets locate_in(const std::filesystem::path& path)
{
    try {
        auto offsets = locate(hdf5::open_for_reading(path));
        support::ensure(offsets.has_value(), "a file that is continued is not packed");
        return *offsets;
    } catch (const hdf5::Refusal& refusal) {
        throw InvalidInput(fmt::format("{} cannot be continued ({}); restore it from a copy, or use --fresh to begin anew",
                                       path.string(), refusal.what()));
    }
}

RawData open_to_write(const std::filesystem::path& path)
{
    Offsets offsets = locate_in(path);
    return {std::move(offsets), RawFile(path, RawFile::Access::update)};
}

}  // namespace

class ResultFile::Implementation {
  public:
    Implementation(std::filesystem::path path, RawData data, const sweep::Settings& settings, std::unique_ptr<WriterLock> lock,
                   bool complete, std::string how_grown = {})
        : path_(std::move(path)),
          settings_(settings),
          lock_(std::move(lock)),
          offsets_(std::move(data.offsets)),
          file_(std::move(data.file)),
          writer_(file_, offsets_),
          marked_complete_(complete),
          growth_(std::move(how_grown))
    {
        while (line_ + 1 < schema::segment_lines && file_.read_number<char>(line_address()) != '\0') ++line_;
    }

    sweep::RowState load(sweep::RowIndex index) const
    {
        support::ensure(index.value < offsets_.rows, "a row index lies in the grid");
        return read_row(file_, offsets_, index);
    }

    void put(sweep::RowIndex index, const sweep::RowState& state)
    {
        const auto fits = [&](std::size_t size) { return size == 0 || size == offsets_.cells_per_row(); };
        support::ensure(index.value < offsets_.rows, "a row index lies in the grid");
        support::ensure(fits(state.sums.size()) && fits(state.predictions.size()), "a row state has the size of a row");
        support::ensure(!state.complete || !offsets_.slots || state.sums.size() > 0, "a complete row of a simulation has sums");
        support::ensure(!packed_, "a finished file gets no more rows");
        pending_[index] = state;
    }

    void commit(const Segment& segment)
    {
        if (const auto whereabouts = file_.whereabouts(); whereabouts != RawFile::Whereabouts::in_place)
            rescue(segment, whereabouts);
        lock_->check();
        write(segment);
    }

    void finish(Segment segment)
    {
        if (segment.end.empty()) segment.end = timestamp();
        commit(segment);
        const bool to_be_packed = settings_.is_refined() && !packed_;
        if (writer_.complete() && (!marked_complete_ || to_be_packed)) mark(true, to_be_packed);
    }

    std::size_t pending_rows() const { return pending_.size(); }
    const std::string& growth() const { return growth_; }

  private:
    void write(const Segment& segment)
    {
        if (!pending_.empty()) {
            if (marked_complete_) mark(false);
            writer_.withdraw(file_, offsets_, pending_);
            writer_.write_values(file_, offsets_, pending_);
            file_.sync();  // a status must never be on the disk before its values
            writer_.publish(file_, offsets_, pending_);
        }
        write_line(segment);
        file_.sync();
        writer_.settle(pending_);
        pending_.clear();
    }

    /// Somebody has taken the file away under the writer: writes the rest into it, and sees that it has a name.
    [[noreturn]] void rescue(const Segment& segment, RawFile::Whereabouts whereabouts)
    {
        marked_complete_ = false;  // no rewriting here
        write(segment);
        if (whereabouts == RawFile::Whereabouts::elsewhere)
            throw SystemFailure(
                fmt::format("{} was moved away while this run was writing it; all results are in the file that was "
                            "moved: move it back, then run the same command again",
                            path_.string()));
        std::filesystem::path copy = path_.string() + ".rescued";
        for (int i = 2; std::filesystem::exists(copy); ++i) copy = fmt::format("{}.rescued-{}", path_.string(), i);
        try {
            file_.copy_to(copy);
        } catch (const std::filesystem::filesystem_error& error) {
            throw SystemFailure(
                fmt::format("{} was deleted while this run was writing it, and its results cannot be kept in {} "
                            "({}); run the same command again to compute them anew",
                            path_.string(), copy.string(), error.code().message()));
        }
        throw SystemFailure(
            fmt::format("{} was deleted or replaced while this run was writing it; all results are in {}: give "
                        "that file the name, then run the same command again",
                        path_.string(), copy.string()));
    }

    std::uint64_t line_address() const { return offsets_.segments + line_ * schema::segment_length; }

    void write_line(Segment segment)
    {
        segment.last_commit = timestamp();
        const std::string line = segment_line(segment);
        file_.write(line_address(), std::as_bytes(std::span(line)));
    }

    /// Changes attributes, which cannot be done in place: a kill would leave a broken file.
    void mark(bool complete, bool packed = false)
    {
        const auto draft = store::draft_of(path_);
        try {
            if (packed) pack(path_, draft, settings_);
            else std::filesystem::copy_file(path_, draft, std::filesystem::copy_options::overwrite_existing);
            hdf5::Handle file = hdf5::open_for_update(draft);
            hdf5::rewrite(file, "modified", timestamp());
            hdf5::rewrite(file, "complete", std::int32_t{complete});
            hdf5::checked(H5Fflush(file, H5F_SCOPE_GLOBAL), "write the file");
            file.close("write the file");
            RawFile renewed(draft, RawFile::Access::update);
            if (packed) offsets_.segments = locate_segments(hdf5::open_for_reading(draft));
            else offsets_ = locate_in(draft);
            publish_over(draft, path_);
            file_ = std::move(renewed);
            file_.renamed_to(path_);
        } catch (const std::exception& error) {
            unlink(draft.c_str());
            throw DiskRefusal(fmt::format("{} has all results that were committed but cannot be marked as {}: {}", path_.string(),
                                          complete ? "complete" : "continued", error.what()),
                              "free some space, then run the same command again");
        }
        marked_complete_ = complete;
        packed_ = packed;
    }

    std::filesystem::path path_;
    sweep::Settings settings_;
    std::unique_ptr<WriterLock> lock_;
    Offsets offsets_;  ///< once packed, of nothing but the segments
    RawFile file_;
    RowWriter writer_;
    PendingRows pending_;
    std::size_t line_ = 0;  ///< of provenance/segments; the last one is used again and again
    bool marked_complete_, packed_ = false;
    std::string growth_;
};

ResultFile ResultFile::create(const std::filesystem::path& given, const sweep::Settings& settings, const Provenance& provenance)
{
    ignore_size_signal();
    hdf5::silence();
    const auto path = place_of(given);
    check_directory(path);
    auto lock = std::make_unique<WriterLock>(path);
    check_free(path);
    DraftFile draft(path, settings, provenance);
    RawData data = open_to_write(draft_of(path));  // before it has its name: who takes the file away takes it from its writer
    draft.publish_new();
    data.file.renamed_to(path);
    return ResultFile(std::make_unique<Implementation>(path, std::move(data), settings, std::move(lock), false));
}

ResultFile ResultFile::resume(const std::filesystem::path& given, const sweep::Settings& settings, const Provenance& provenance)
{
    ignore_size_signal();
    const auto path = place_of(given);
    std::error_code ignored;
    validate(std::filesystem::exists(path, ignored), "{} does not exist; check the name", given.string());
    validate(std::filesystem::is_regular_file(path, ignored), "{} is not a file; give the name of a result file", given.string());
    auto lock = std::make_unique<WriterLock>(path);
    remove_stale_draft(path);
    const ResultView view(path);
    check_sampler(view, path.string());
    const Growth growth(view.resolved(), settings, path.string());
    check_shard(view.shard(), provenance.shard, growth.reshapes(), path.string());
    check_axes(view, growth.stored_grid(), path.string());
    if (growth.changes().empty() && !view.packed())
        return ResultFile(
            std::make_unique<Implementation>(path, open_to_write(path), settings, std::move(lock), view.integer("complete") != 0));
    std::string how = grow(path, view, growth, settings, provenance);
    const bool complete = ResultView(path).integer("complete") != 0;
    return ResultFile(
        std::make_unique<Implementation>(path, open_to_write(path), settings, std::move(lock), complete, std::move(how)));
}

ResultFile::ResultFile(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
ResultFile::ResultFile(ResultFile&&) noexcept = default;
ResultFile& ResultFile::operator=(ResultFile&&) noexcept = default;
ResultFile::~ResultFile() = default;

sweep::RowState ResultFile::load(sweep::RowIndex index) const { return implementation_->load(index); }
void ResultFile::put(sweep::RowIndex index, const sweep::RowState& state) { implementation_->put(index, state); }
void ResultFile::commit(const Segment& segment) { implementation_->commit(segment); }
void ResultFile::finish(Segment segment) { implementation_->finish(std::move(segment)); }
const std::string& ResultFile::growth() const { return implementation_->growth(); }
std::size_t ResultFile::pending_rows() const { return implementation_->pending_rows(); }

}  // namespace collapse::store
