#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "collapse/store/provenance.hpp"
#include "collapse/sweep/settings.hpp"
#include "row_writer.hpp"

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

    void put(std::size_t row, sweep::RowState state);
    /// The history of the file. Of more runs than fit the last line is the sum.
    void set_segments(const std::vector<Segment>& segments);
    /// When the first results were begun; default: now.
    void set_created(std::string time) { created_ = std::move(time); }

    /// Gives the file its name, marked as complete if every row is; the name must be free (else InvalidInput).
    void publish_new();
    /// The same, but replaces the file that has the name, atomically.
    void publish_over();

  private:
    template <class Work>
    void guarded(Work&& work);
    void open();
    void write_pending();
    void finish();

    std::filesystem::path path_, draft_;
    double size_;
    std::string created_;
    bool complete_ = false;
    struct Contents {
        Layout layout;
        RawFile file;
        RowWriter writer;
        PendingRows pending;
    };
    std::unique_ptr<Contents> contents_;  ///< once something is put
};

/// Removes what a killed writer has left. The caller holds the right to write `path`.
void remove_stale_draft(const std::filesystem::path& path);

}  // namespace collapse::store
