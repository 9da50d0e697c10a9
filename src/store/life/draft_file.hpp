#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../row/pack.hpp"
#include "../row/writer.hpp"
#include "collapse/store/format/provenance.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::store {

/// A result file in preparation: FILE.new, in which nothing has to be durable before it gets its name. Going out of scope without
/// publishing removes it; a kill leaves it behind, and the next writer of FILE removes it.
class DraftFile {
  public:
    /// Takes all the disk space. Throws SystemFailure if the disk refuses. The caller holds the right to write `path`.
    DraftFile(std::filesystem::path path, const sweep::Settings& settings, const Provenance& provenance);
    DraftFile(const DraftFile&) = delete;
    DraftFile& operator=(const DraftFile&) = delete;
    ~DraftFile();

    void put(sweep::RowIndex row, sweep::RowState state);
    /// Lets readers see published cells of another file, as they are, in a row that is not complete: cell i shows number `cells[i]`
    /// of row `source`.
    void show(sweep::RowIndex row, const RawData& data, sweep::RowIndex source,
              const std::vector<std::optional<std::size_t>>& cells);
    /// The history of the file. Of more runs than fit the last line is the sum.
    void set_segments(const std::vector<Segment>& segments);
    /// When the first results were begun; default: now.
    void set_created(std::string time) { created_ = std::move(time); }

    /// Gives the file its name, marked as complete if every row is, and then packed if the sweep is refined; the name must be free
    /// (else InvalidInput).
    void publish_new();
    /// Replaces the file that has the name, atomically; marked likewise, but never packed: somebody is going to write it.
    void publish_over();

  private:
    template <class Work>
    void guarded(Work&& work);
    void open();
    void write_pending();
    void finish();

    std::filesystem::path path_, draft_;
    sweep::Settings settings_;
    double size_;
    std::string created_;
    bool complete_ = false;
    struct Contents {
        Offsets offsets;
        RawFile file;
        RowWriter writer;
        PendingRows pending;
    };
    std::unique_ptr<Contents> contents_;  ///< once something is put
};

/// Removes what a killed writer has left. The caller holds the right to write `path`.
void remove_stale_draft(const std::filesystem::path& path);

}  // namespace collapse::store
