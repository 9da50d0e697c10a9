#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "collapse/store/format/provenance.hpp"
#include "collapse/store/row/disk_refusal.hpp"
#include "collapse/sweep/settings.hpp"
#include "collapse/sweep/task.hpp"

/// The result file: netCDF-4 compatible HDF5 with all metadata written once and raw data updated in place, so that it is a valid,
/// readable file at every instant.
namespace collapse::store {

/// The open result file of a running sweep. It holds the right to write (see lock.hpp) as long as it lives; going out of scope
/// without finish() is like a kill: what was committed stays.
class ResultFile {
  public:
    /// Creates `path` with every value missing, atomically: the name never refers to an incomplete file. Throws SystemFailure if
    /// the disk refuses (nothing is left behind) or if another process is about to create it, InvalidInput if `path` exists or
    /// its directory does not.
    static ResultFile create(const std::filesystem::path& path, const sweep::Settings& settings, const Provenance& provenance);

    /// Opens an existing file to continue. If `settings` have more values on some axes or more replicates, the file is first
    /// rewritten into the new shape, atomically and with all that it knows; `provenance` is then that of the new one.
    /// Throws InvalidInput if it is missing, foreign, corrupt, of another schema version or of another sweep (naming the key that
    /// differs), SystemFailure if another process is writing it or if the disk refuses.
    static ResultFile resume(const std::filesystem::path& path, const sweep::Settings& settings, const Provenance& provenance = {});

    /// How resume() has rewritten the file, for people; empty: not at all, or only unpacked it.
    const std::string& growth() const;

    ResultFile(ResultFile&&) noexcept;
    ResultFile& operator=(ResultFile&&) noexcept;
    ~ResultFile();

    /// What the file knows of row `index`; for reading once after resume(). An incomplete row comes without predictions, and a
    /// row whose data are damaged as if it had never been computed.
    sweep::RowState load(sweep::RowIndex index) const;

    /// Remembers a row to be written by the next commit(); a later put of the same row replaces an earlier one. A row that is
    /// complete in the file may be put again, complete or not: readers see it as pending until then.
    void put(sweep::RowIndex index, const sweep::RowState& state);

    /// Writes what was put, and the segment (with the present time as its last_commit), durably. On return it survives a kill or
    /// a power cut. Throws DiskRefusal; then nothing is lost: what was put stays, and commit() may be called again.
    /// Throws SystemFailure if the right to write was lost, or if the file was moved or deleted: then its content with all that was
    /// put is where the message says.
    void commit(const Segment& segment);

    /// Commits with the present time as the segment's end, unless it has one; and if every row is complete marks the file as such
    /// (attributes `complete`, `modified`) by an atomic rewrite.
    void finish(Segment segment);

    /// Rows put and not committed.
    std::size_t pending_rows() const;

  private:
    class Implementation;
    explicit ResultFile(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace collapse::store
