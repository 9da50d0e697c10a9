#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace collapse::store {

/// The right to write a result file; at most one process has it. FILE.lock carries a lock of the kernel and a record of its
/// owner, whose beat a thread renews: the kernel's lock decides where it works, the beat where it does not (some network file
/// systems). A killed owner leaves the record behind: the next writer sees that it is dead and takes over.
class WriterLock {
  public:
    struct Options {
        std::chrono::milliseconds beat{5000};    ///< an owner silent for three beats is dead
        enum class Locks { kernel, beat_only };  ///< beat_only: as if the file system had no locks
        Locks locks = Locks::kernel;
    };

    /// Waits only if the last owner ran on another host (three beats), or if the file system has no locks (one beat).
    /// Throws SystemFailure if somebody else writes `file` (naming host, process and since when), or if the disk refuses.
    explicit WriterLock(const std::filesystem::path& file) : WriterLock(file, Options{}) {}
    WriterLock(const std::filesystem::path& file, Options options);
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;
    /// Removes FILE.lock, unless another writer has taken over.
    ~WriterLock();

    /// Throws SystemFailure if somebody writes `file`. Takes no lock, so that its directory may be read-only; waits as the
    /// constructor does, but only for an owner on another host.
    static void expect_no_writer(const std::filesystem::path& file) { expect_no_writer(file, Options{}); }
    static void expect_no_writer(const std::filesystem::path& file, Options options);

    /// Throws SystemFailure if the right was lost: a process that slept longer than three beats may have been replaced.
    void check() const;

  private:
    struct Record {
        std::string token, host, boot, since;
        long pid = 0;
        unsigned long long beat = 0;
    };
    enum class Grant { ours, refused, unknown };

    static std::optional<Record> read(const std::filesystem::path& path);
    static bool is_here(const Record& owner);
    [[noreturn]] static void refuse(const std::filesystem::path& file, const std::optional<Record>& owner, const char* remedy);
    [[noreturn]] void refuse(const std::optional<Record>& owner) const;
    static std::optional<Record> watch(const std::filesystem::path& path, const Record& owner, std::chrono::milliseconds beat);
    void acquire();
    Grant ask_kernel() const;
    bool is_current() const;
    void write(const Record& record) const;
    void keep_beating();

    std::filesystem::path file_, path_;
    Options options_;
    int descriptor_ = -1;
    Record record_;
    std::mutex mutex_;
    std::condition_variable ending_;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace collapse::store
