#include "handle.hpp"

#include <array>

#include <fmt/format.h>

namespace collapse::store::hdf5 {

namespace {

herr_t keep_innermost(unsigned number, const H5E_error2_t* error, void* text)
{
    if (number == 0 && error->desc) *static_cast<std::string*>(text) = error->desc;
    return 0;
}

Handle file_access()
{
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "set up file access");
    // An object left open by an exception must not keep the file open.
    checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "set up file access");
#if H5_VERSION_GE(1, 10, 7)
    checked(H5Pset_file_locking(access, false, true),
            "set up file access");  // there is one writer anyway, and no reader is shut out
#endif
    return access;
}

Handle file_access_for_writing(Storage storage)
{
    Handle access = file_access();
    // Superblock 2. From version 3 on the file carries a flag "open for writing" that survives a kill and makes every plain open
    // fail.
    checked(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "set up file access");
    if (storage == Storage::raw) checked(H5Pset_alignment(access, 4096, 4096), "set up file access");
    checked(H5Pset_meta_block_size(access, 65536), "set up file access");
    return access;
}

}  // namespace

void refuse(const char* action)
{
    std::string reason = "HDF5 gives no reason";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
    throw Refusal(fmt::format("cannot {}: {}", action, reason));
}

void silence() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

Handle open_for_reading(const std::filesystem::path& path)
{
    return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, file_access()), H5Fclose, "open the file"};
}

Handle open_for_update(const std::filesystem::path& path, Storage storage)
{
    return {H5Fopen(path.c_str(), H5F_ACC_RDWR, file_access_for_writing(storage)), H5Fclose, "open the file"};
}

Handle create_file(const std::filesystem::path& path, Storage storage)
{
    Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "set up a file");
    constexpr unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;  // as netCDF-4 expects
    checked(H5Pset_link_creation_order(creation, ordered), "set up a file");
    checked(H5Pset_attr_creation_order(creation, ordered), "set up a file");
    checked(H5Pset_obj_track_times(creation, false), "set up a file");
    if (storage == Storage::packed) checked(H5Pset_istore_k(creation, 4), "set up a file");  // small indices: the chunks are few
    return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, file_access_for_writing(storage)), H5Fclose, "create the file"};
}

bool is_of_others(hid_t file)
{
    H5F_info2_t info;
    checked(H5Fget_info2(file, &info), "ask about the file");
    constexpr unsigned our_superblock = 2;
    return info.super.version != our_superblock || H5Aexists(file, "_NCProperties") > 0;
}

Handle open_dataset(hid_t parent, const char* name) { return {H5Dopen2(parent, name, H5P_DEFAULT), H5Dclose, "open a dataset"}; }

Handle open_group(hid_t parent, const char* name) { return {H5Gopen2(parent, name, H5P_DEFAULT), H5Gclose, "open a group"}; }

std::vector<std::string> link_names(hid_t parent)
{
    const Handle group = open_group(parent, ".");  // `parent` may be a file
    H5G_info_t info;
    checked(H5Gget_info(group, &info), "list a group");
    // One by one, by the index of their creation: H5Literate of HDF5 1.10 crashes on a damaged group.
    const Handle creation(H5Gget_create_plist(group), H5Pclose, "list a group");
    unsigned order = 0;
    checked(H5Pget_link_creation_order(creation, &order), "list a group");
    const H5_index_t index = order & H5P_CRT_ORDER_INDEXED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    std::vector<std::string> names;
    for (hsize_t place = 0; place < info.nlinks; ++place) {
        std::array<char, 256> name{};  // longer names are not ours
        checked(H5Lget_name_by_idx(group, ".", index, H5_ITER_INC, place, name.data(), name.size(), H5P_DEFAULT), "list a group");
        names.emplace_back(name.data());
    }
    return names;
}

bool has_dataset(hid_t parent, const std::string& name)
{
    if (name.empty() || name.find('/') != std::string::npos || H5Lexists(parent, name.c_str(), H5P_DEFAULT) <= 0) return false;
    H5O_info_t info;
    return H5Oget_info_by_name(parent, name.c_str(), &info, H5P_DEFAULT) >= 0 && info.type == H5O_TYPE_DATASET;
}

}  // namespace collapse::store::hdf5
