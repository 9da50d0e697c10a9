#include "pack.hpp"

#include <utility>

#include "../format/build.hpp"
#include "../hdf5/attributes.hpp"
#include "collapse/support/text.hpp"

namespace collapse::store {

namespace {

using hdf5::Handle;

std::string text(hid_t object, const char* name) { return hdf5::read_text(object, name).value_or(""); }

Provenance provenance_of(hid_t file)
{
    const Handle group = hdf5::open_group(file, "provenance");
    return {.app_version = text(file, "app_version"),
            .git_sha1 = text(file, "git_sha1"),
            .config = text(group, "config"),
            .compiler = text(group, "compiler"),
            .libraries = text(group, "libraries"),
            .processor = text(group, "processor"),
            .generator = text(group, "random_generator"),
            .citations = support::split(text(group, "citations"), '\n'),
            .shard = text(group, "shard")};
}

/// The values of all datasets of a group; those of the other file have their names, types and shapes.
void copy_values(hid_t from, hid_t to)
{
    for (const std::string& name : hdf5::link_names(from)) {
        if (!hdf5::has_dataset(from, name)) continue;
        const Handle source = hdf5::open_dataset(from, name.c_str());
        if (H5Dget_storage_size(source) > 0) hdf5::copy_elements(source, hdf5::open_dataset(to, name.c_str()));
    }
}

}  // namespace

void pack(const std::filesystem::path& source, const std::filesystem::path& target, const sweep::Settings& settings)
{
    const Handle from = hdf5::open_for_reading(source);
    build(target, settings, provenance_of(from), hdf5::Storage::packed);
    Handle to = hdf5::open_for_update(target, hdf5::Storage::packed);
    copy_values(from, to);
    for (const char* group : {"provenance", schema::slots_group})
        if (hdf5::checked(H5Lexists(from, group, H5P_DEFAULT), "look for a group") > 0)
            copy_values(hdf5::open_group(from, group), hdf5::open_group(to, group));
    for (const char* name : {"created", "modified"}) hdf5::rewrite(to, name, text(from, name));
    hdf5::rewrite(to, "complete", static_cast<std::int32_t>(hdf5::read_integer(from, "complete").value_or(0)));
    to.close("write the file");
}

RawData raw_data(hid_t file, const std::filesystem::path& path)
{
    if (auto offsets = locate(file)) return {std::move(*offsets), RawFile(path, RawFile::Access::read)};
    RawFile memory = RawFile::in_memory(path);
    std::uint64_t end = 0;
    Offsets offsets = locate(file, [&](hid_t dataset) {
        const std::uint64_t start = end;
        hdf5::read_in_order(dataset, [&](std::span<const std::byte> bytes) {
            memory.write(end, bytes);
            end += bytes.size();
        });
        return start;
    });
    return {std::move(offsets), std::move(memory)};
}

}  // namespace collapse::store
