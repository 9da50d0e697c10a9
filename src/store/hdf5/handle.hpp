#pragma once

#define H5_USE_110_API  // newer versions of HDF5 offer it, too
#include <hdf5.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// The least of a wrapper: ids that close themselves, errors that are exceptions. hdf5.h stays inside src/store.
namespace collapse::store::hdf5 {

/// HDF5 refuses: what was to be done, and its innermost message. Callers know what that means and tell the user.
class Refusal : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Throws Refusal with the last message of HDF5.
[[noreturn]] void refuse(const char* action);

/// The result of a call that is negative on failure.
template <class Result>
Result checked(Result result, const char* action)
{
    if (result < 0) refuse(action);
    return result;
}

/// Owns an id.
class Handle {
  public:
    using Close = herr_t (*)(hid_t);

    /// `id`: the result of the call that is described by `action`; throws Refusal if it failed.
    Handle(hid_t id, Close closer, const char* action) : id_(checked(id, action)), close_(closer) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Handle()
    {
        if (id_ >= 0) close_(id_);
    }

    /// Closes now; throws Refusal if that fails, as the closing of a written file may.
    void close(const char* action) { checked(close_(std::exchange(id_, H5I_INVALID_HID)), action); }

    hid_t id() const { return id_; }
    operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor): a handle stands for its id

  private:
    hid_t id_;
    Close close_;
};

/// Stops HDF5 from printing its errors: they arrive as Refusals.
void silence();

/// raw: contiguous data, allocated and filled when they are created, and written in place from then on. packed: data in chunks,
/// compressed by gzip behind a shuffle of bytes, which every reader of HDF5 and netCDF-4 knows.
enum class Storage { raw, packed };

/// Files without HDF5's own file locking; those created have superblock 2, and raw data aligned (the reasons stand in the source).
Handle open_for_reading(const std::filesystem::path& path);
Handle open_for_update(const std::filesystem::path& path, Storage storage = Storage::raw);
Handle create_file(const std::filesystem::path& path, Storage storage = Storage::raw);

/// Whether another program has written the file, or written it anew: what netCDF leaves behind, or another superblock than ours.
bool is_of_others(hid_t file);

/// Sub-objects of an open file; throw Refusal if they do not exist.
Handle open_dataset(hid_t parent, const char* name);
Handle open_group(hid_t parent, const char* name);

/// What a group contains, in the order of creation if the file knows it.
std::vector<std::string> link_names(hid_t parent);
bool has_dataset(hid_t parent, const std::string& name);

}  // namespace collapse::store::hdf5
