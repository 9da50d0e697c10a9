#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

namespace collapse::store {

/// A file as bytes at offsets. Every failure of the system is a SystemFailure that names the file.
class RawFile {
  public:
    enum class Access { read, update };

    /// For updates the file carries a shared flock while it is open: HDF5 programs that want to write it are refused, those that
    /// read it are not.
    RawFile(std::filesystem::path path, Access access);
    /// A file without a name, empty, that goes with the object; `path` is what failures speak of.
    static RawFile in_memory(std::filesystem::path path);
    RawFile(RawFile&& other) noexcept;
    RawFile& operator=(RawFile&& other) noexcept;
    ~RawFile();

    /// Fills `bytes`; throws InvalidInput if the file ends before.
    void read(std::uint64_t offset, std::span<std::byte> bytes) const;
    void write(std::uint64_t offset, std::span<const std::byte> bytes);
    /// What was written is on the disk when this returns.
    void sync();

    /// The file has been given another name.
    void renamed_to(std::filesystem::path path) { path_ = std::move(path); }

    /// Whether the path still names this file. A deleted file has no name at all; its bytes live as long as it is open.
    enum class Whereabouts { in_place, elsewhere, deleted };
    Whereabouts whereabouts() const;
    /// Makes a file of the same bytes, whose name must be free.
    void copy_to(const std::filesystem::path& path) const;

    template <class Number>
    Number read_number(std::uint64_t offset) const
    {
        Number number{};
        read(offset, std::as_writable_bytes(std::span(&number, 1)));
        return number;
    }

  private:
    RawFile(std::filesystem::path path, int descriptor);

    std::filesystem::path path_;
    int descriptor_ = -1;
};

}  // namespace collapse::store
