#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collapse/sweep/settings.hpp"
#include "collapse/sweep/task.hpp"

/// The result file: netCDF-4 compatible HDF5 with all metadata written once and raw data updated in place, so that it is a valid,
/// readable file at every instant.
namespace collapse::store {

/// What the file tells about its making besides the settings.
struct Provenance {
    std::string app_version, git_sha1;
    std::string config;    ///< verbatim text of the config file
    std::string compiler;  ///< with version and flags
    std::string libraries; ///< names and versions
    std::string processor;
    std::string generator; ///< of random numbers
    std::vector<std::string> citations;
};

/// One run of the program on the file: a line of provenance/segments.
struct Segment {
    std::string job, command_line, hosts;
    std::int64_t ranks = 1;
    std::int64_t cells_done = 0;
    double core_seconds = 0;
    std::string start, last_commit, end;  ///< ISO 8601 UTC; end is empty while running or after a kill
};

/// The open result file of a running sweep; there is at most one writer (see lock.hpp).
class ResultFile {
  public:
    /// Creates `path` with every value missing, atomically: the name never refers to an incomplete file. Throws SystemFailure if
    /// the disk refuses (nothing is left behind), InvalidInput if `path` exists.
    static ResultFile create(const std::filesystem::path& path, const sweep::Settings& settings, const Provenance& provenance);

    /// Opens an existing file to continue. Throws InvalidInput if it is foreign, corrupt, of another schema version or of
    /// another sweep (naming the key that differs).
    static ResultFile resume(const std::filesystem::path& path, const sweep::Settings& settings);

    ResultFile(ResultFile&&) noexcept;
    ResultFile& operator=(ResultFile&&) noexcept;
    ~ResultFile();

    /// What the file knows of row `index`; read once after resume().
    sweep::RowState load(std::size_t index) const;

    /// Remembers a row to be written by the next commit(); a later put of the same row replaces an earlier one.
    void put(std::size_t index, const sweep::RowState& state);

    /// Writes what was put, and the segment, durably. On return it survives a kill or a power cut. Throws SystemFailure; then
    /// nothing is lost: what was put stays, and commit() may be called again.
    void commit(const Segment& segment);

    /// Commits, and if every row is complete marks the file as such (attributes `complete`, `modified`) by an atomic rewrite.
    void finish(Segment segment);

    std::size_t pending_rows() const;

  private:
    class Implementation;
    explicit ResultFile(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

/// Bytes that the result file of these settings takes.
double file_size(const sweep::Settings& settings);

}  // namespace collapse::store
