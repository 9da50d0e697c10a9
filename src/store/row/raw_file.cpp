#include "raw_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "collapse/store/row/disk_refusal.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::store {

using support::SystemFailure;

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const char* what, const char* remedy)
{
    throw DiskRefusal(fmt::format("{} {}: {}", path.string(), what, std::strerror(errno)), remedy);
}

}  // namespace

RawFile::RawFile(std::filesystem::path path, Access access) : path_(std::move(path))
{
    descriptor_ = open(path_.c_str(), (access == Access::read ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (descriptor_ < 0)
        throw SystemFailure(
            fmt::format("{} cannot be opened: {}; {}", path_.string(), std::strerror(errno),
                        errno == ENOENT ? "put it back, then run the same command again" : "check its permissions"));
    if (access == Access::update && flock(descriptor_, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(descriptor_);
        throw SystemFailure(fmt::format(
            "{} is open for writing in another program; close it there, then run the same command again", path_.string()));
    }
}

RawFile::RawFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

RawFile RawFile::in_memory(std::filesystem::path path)
{
    const int descriptor = memfd_create("collapse", MFD_CLOEXEC);
    if (descriptor < 0) refuse(path, "cannot be unpacked into memory", "free some memory, then run the same command again");
    return {std::move(path), descriptor};
}

RawFile::RawFile(RawFile&& other) noexcept : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

RawFile& RawFile::operator=(RawFile&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

RawFile::~RawFile()
{
    if (descriptor_ >= 0) close(descriptor_);
}

void RawFile::read(std::uint64_t offset, std::span<std::byte> bytes) const
{
    while (!bytes.empty()) {
        const ssize_t count = pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse(path_, "cannot be read", "check the disk, then run the same command again");
        support::validate(count > 0, "{} ends too early, it was cut off; restore it from a copy, or use --fresh", path_.string());
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

void RawFile::write(std::uint64_t offset, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse(path_, "cannot be written", "free some space, then run the same command again");
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

void RawFile::sync()
{
    while (fdatasync(descriptor_) != 0)
        if (errno != EINTR) refuse(path_, "cannot be written to the disk", "check the disk, then run the same command again");
}

RawFile::Whereabouts RawFile::whereabouts() const
{
    struct stat here {
    }, there{};
    if (fstat(descriptor_, &here) != 0) refuse(path_, "cannot be read", "check the disk, then run the same command again");
    if (stat(path_.c_str(), &there) == 0 && here.st_ino == there.st_ino && here.st_dev == there.st_dev)
        return Whereabouts::in_place;
    return here.st_nlink == 0 ? Whereabouts::deleted : Whereabouts::elsewhere;
}

void RawFile::copy_to(const std::filesystem::path& path) const
{
    std::filesystem::copy_file(fmt::format("/proc/self/fd/{}", descriptor_), path);
}

}  // namespace collapse::store
