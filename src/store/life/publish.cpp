#include "publish.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "../hdf5/handle.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::store {

namespace {

// `merge` has neither --output nor --fresh; `run` goes on with a file that exists, or sets it aside.
constexpr fmt::format_string<std::string> taken = "{} exists already; choose another output, or rename the old file";

[[noreturn]] void fail(const std::filesystem::path& path, const char* what)
{
    throw support::SystemFailure(
        fmt::format("{} {}: {}; free some space or choose another output", path.string(), what, std::strerror(errno)));
}

class Descriptor {
  public:
    Descriptor(const std::filesystem::path& path, int flags) : number_(open(path.c_str(), flags | O_CLOEXEC, 0666))
    {
        if (number_ < 0) fail(path, "cannot be opened");
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(number_); }
    operator int() const { return number_; }  // NOLINT(google-explicit-constructor): stands for its number

  private:
    int number_;
};

void sync_file(const std::filesystem::path& path)
{
    const Descriptor file(path, O_RDONLY);
    if (fsync(file) != 0) fail(path, "cannot be written to the disk");
}

/// Makes the names in the directory of `path` durable, where the file system can (EINVAL: it does so by itself).
void sync_directory_of(const std::filesystem::path& path)
{
    const auto parent = path.parent_path();
    const Descriptor directory(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
    if (fsync(directory) != 0 && errno != EINVAL) fail(path, "cannot be written to the disk");
}

}  // namespace

std::filesystem::path draft_of(const std::filesystem::path& path) { return path.string() + ".new"; }

void check_directory(const std::filesystem::path& path)
{
    const auto directory = path.parent_path();
    std::error_code ignored;
    support::validate(directory.empty() || std::filesystem::is_directory(directory, ignored),
                      "{} cannot be created because there is no directory {}; make it, or choose another output", path.string(),
                      directory.string());
}

void check_free(const std::filesystem::path& path)
{
    std::error_code ignored;
    support::validate(!std::filesystem::exists(path, ignored), taken, path.string());
}

void probe_space(const std::filesystem::path& path, double bytes)
{
    const Descriptor file(path, O_RDWR | O_CREAT | O_TRUNC);
    // Not posix_fallocate: where the file system cannot do it, that would write every byte.
    if (fallocate(file, 0, 0, static_cast<off_t>(bytes)) != 0 && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR)
        fail(path, "cannot be created");
    if (ftruncate(file, 0) != 0) fail(path, "cannot be created");
}

void publish_new(const std::filesystem::path& draft, const std::filesystem::path& path)
{
    sync_file(draft);
    // A link fails if the name is taken, which a rename does not.
    if (link(draft.c_str(), path.c_str()) == 0) {
        unlink(draft.c_str());
    } else {
        support::validate(errno != EEXIST && access(path.c_str(), F_OK) != 0, taken, path.string());
        if (rename(draft.c_str(), path.c_str()) != 0) fail(path, "cannot be created");
    }
    sync_directory_of(path);
}

void publish_over(const std::filesystem::path& draft, const std::filesystem::path& path)
{
    sync_file(draft);
    if (rename(draft.c_str(), path.c_str()) != 0) fail(path, "cannot be replaced");
    sync_directory_of(path);
}

void write_over(const std::filesystem::path& path, const std::function<void(std::int64_t)>& write)
{
    const std::filesystem::path draft = draft_of(path);
    try {
        hdf5::Handle file = hdf5::create_file(draft);
        write(file);
        file.close("write the file");
        publish_over(draft, path);
    } catch (const hdf5::Refusal& refusal) {
        std::error_code ignored;
        std::filesystem::remove(draft, ignored);
        throw support::SystemFailure(
            fmt::format("cannot write {} ({}); free some space or choose another --output", path.string(), refusal.what()));
    }
}

}  // namespace collapse::store
