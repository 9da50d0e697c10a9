#include "collapse/store/life/lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>

#include "collapse/store/format/timestamp.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/thread.hpp"

namespace collapse::store {

using support::SystemFailure;

namespace {

constexpr std::size_t record_size = 512;  ///< fixed, so that a beat is one write in place
constexpr int beats_to_wait = 3;

std::string host_name()
{
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data() : "unknown";
}

/// Tells a restarted host from the one that a dead owner ran on.
std::string boot_id()
{
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id.empty() ? "unknown" : id;
}

std::string random_token()
{
    std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

/// Bound to the open file: unlike a POSIX lock it is not dropped when another descriptor of the file is closed.
struct flock whole_file()
{
    struct flock request {};
    request.l_type = F_WRLCK;
    request.l_whence = SEEK_SET;
    return request;
}

}  // namespace

WriterLock::WriterLock(const std::filesystem::path& file, Options options)
    : file_(file), path_(file.string() + ".lock"), options_(options)
{
    record_ = {random_token(), host_name(), boot_id(), timestamp(), static_cast<long>(getpid()), 0};
    bool acquired = false;
    try {
        acquire();
        acquired = true;
        thread_ = support::start_thread([this] { keep_beating(); });
    } catch (...) {
        if (acquired) unlink(path_.c_str());
        if (descriptor_ >= 0) close(descriptor_);
        throw;
    }
}

WriterLock::~WriterLock()
{
    {
        const std::lock_guard guard(mutex_);
        ended_ = true;
    }
    ending_.notify_all();
    thread_.join();
    // Removed while the kernel's lock is still held. Who has opened the file in between gets the lock of a nameless file, notices
    // (is_current) and tries again.
    const auto owner = read(path_);
    if (owner && owner->token == record_.token) unlink(path_.c_str());
    close(descriptor_);
}

void WriterLock::acquire()
{
    while (true) {
        descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor_ < 0)
            throw SystemFailure(fmt::format("{} cannot be written: {}; choose another output, or make its directory writable",
                                            path_.string(), std::strerror(errno)));
        const Grant grant = ask_kernel();
        if (grant == Grant::refused) refuse(read(path_));
        if (grant == Grant::ours && !is_current()) {
            close(descriptor_);
            continue;
        }
        if (const auto owner = read(path_)) {
            // The lock of a process that ran here is gone, so the process is. Of another host one kernel may know nothing.
            if (grant != Grant::ours || !is_here(*owner))
                if (const auto alive = watch(path_, *owner, options_.beat)) refuse(alive);
        }
        try {
            write(record_);
        } catch (const SystemFailure&) {
            if (grant == Grant::ours) unlink(path_.c_str());
            throw;
        }
        if (grant == Grant::ours) return;
        // Without locks two may get here at once: the last to write has it, the other finds out after a beat.
        std::this_thread::sleep_for(options_.beat);
        const auto owner = read(path_);
        if (!owner || owner->token != record_.token) refuse(owner);
        return;
    }
}

WriterLock::Grant WriterLock::ask_kernel() const
{
    if (options_.locks == Options::Locks::beat_only) return Grant::unknown;
    struct flock request = whole_file();
    if (fcntl(descriptor_, F_OFD_SETLK, &request) == 0) return Grant::ours;
    if (errno == EAGAIN || errno == EACCES) return Grant::refused;
    return Grant::unknown;  // a file system without locks says so by ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL, EIO, ENODEV, EPERM, ...
}

/// Whether the path still names the file that was opened.
bool WriterLock::is_current() const
{
    struct stat opened {
    }, named{};
    return fstat(descriptor_, &opened) == 0 && stat(path_.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

bool WriterLock::is_here(const Record& owner) { return owner.host == host_name() && owner.boot == boot_id(); }

/// Whoever moves the beat within three beats.
std::optional<WriterLock::Record> WriterLock::watch(const std::filesystem::path& path, const Record& owner,
                                                    std::chrono::milliseconds beat)
{
    for (int half = 0; half < 2 * beats_to_wait; ++half) {
        std::this_thread::sleep_for(beat / 2);
        auto now = read(path);
        if (now && (now->token != owner.token || now->beat != owner.beat)) return now;
    }
    return std::nullopt;
}

void WriterLock::expect_no_writer(const std::filesystem::path& file, Options options)
{
    const std::filesystem::path path = file.string() + ".lock";
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    struct flock request = whole_file();
    const bool kernel_knows = options.locks == Options::Locks::kernel && fcntl(descriptor, F_OFD_GETLK, &request) == 0;
    close(descriptor);
    auto owner = read(path);
    const bool locked = kernel_knows && request.l_type != F_UNLCK;
    if (!locked && owner) owner = kernel_knows && is_here(*owner) ? std::nullopt : watch(path, *owner, options.beat);
    if (locked || owner) refuse(file, owner, "wait for it or stop it");
}

/// The record, or nothing if there is none (yet). The file is opened anew, because network file systems refresh their caches
/// then.
std::optional<WriterLock::Record> WriterLock::read(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    std::istringstream words(line);
    Record record;
    if (words >> record.token >> record.host >> record.boot >> record.pid >> record.since >> record.beat) return record;
    return std::nullopt;
}

void WriterLock::write(const Record& record) const
{
    std::string text =
        fmt::format("{} {} {} {} {} {}", record.token, record.host, record.boot, record.pid, record.since, record.beat);
    text.resize(record_size - 1, ' ');
    text += '\n';
    if (pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        throw SystemFailure(fmt::format("{} cannot be written: {}; free some space, or choose another output", path_.string(),
                                        std::strerror(errno)));
}

void WriterLock::keep_beating()
{
    Record record = record_;
    std::unique_lock guard(mutex_);
    while (!ending_.wait_for(guard, options_.beat / 2, [this] { return ended_; })) {
        const auto owner = read(path_);
        if (owner && owner->token != record_.token) return;  // replaced: check() will say so
        ++record.beat;
        try {
            write(record);
        } catch (const SystemFailure&) {
            // A full disk must not end the run here; commit() meets the same disk and reports it.
        }
    }
}

void WriterLock::check() const
{
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto owner = read(path_);
        if (owner && owner->token == record_.token) return;
        if (owner) refuse(owner);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a network file system may show a beat half written
    }
    throw SystemFailure(
        fmt::format("{} was removed while this run was writing {}, so another run may have begun; make sure that "
                    "none is running, then run the same command again",
                    path_.string(), file_.string()));
}

void WriterLock::refuse(const std::filesystem::path& file, const std::optional<Record>& owner, const char* remedy)
{
    const std::string who = owner ? fmt::format("process {} on {} since {}", owner->pid, owner->host, owner->since)
                                  : "another process that has just begun";
    throw SystemFailure(fmt::format("{} is being written by {}; {}", file.string(), who, remedy));
}

void WriterLock::refuse(const std::optional<Record>& owner) const
{
    refuse(file_, owner, "wait for it or stop it, or choose another output");
}

}  // namespace collapse::store
