#include "heap_check.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "../format/schema.hpp"
#include "../row/raw_file.hpp"
#include "dataset.hpp"

namespace collapse::store {

namespace {

struct Region {
    std::uint64_t begin, end;
};

constexpr std::uint64_t most_metadata = 1 << 26;  ///< more is no file of ours, whose metadata take less than a megabyte

/// Where the values of the datasets of a group are.
void add_data(hid_t group, std::vector<Region>& data)
{
    for (const std::string& name : hdf5::link_names(group)) {
        if (!hdf5::has_dataset(group, name)) continue;
        const hdf5::Handle dataset = hdf5::open_dataset(group, name.c_str());
        if (const haddr_t address = H5Dget_offset(dataset); address != HADDR_UNDEF)
            data.push_back({address, address + H5Dget_storage_size(dataset)});
    }
}

/// All of the file that is not data.
std::vector<Region> metadata_of(hid_t file, std::uint64_t size)
{
    std::vector<Region> data;
    add_data(file, data);
    for (const char* name : {"provenance", schema::slots_group})
        if (H5Lexists(file, name, H5P_DEFAULT) > 0) add_data(hdf5::open_group(file, name), data);
    std::ranges::sort(data, {}, &Region::begin);
    std::vector<Region> gaps;
    std::uint64_t position = 0;
    for (const Region& region : data) {
        if (region.begin > position) gaps.push_back({position, std::min(region.begin, size)});
        position = std::max(position, region.end);
    }
    if (position < size) gaps.push_back({position, size});
    return gaps;
}

std::uint64_t number_at(std::string_view bytes, std::size_t place, std::size_t length)
{
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data() + place, length);
    return number;
}

/// A heap is a header of 16 bytes and a chain of objects, each with a header of 16 bytes and padded to a multiple of 8; the last
/// one may be number 0, the free space, whose size includes its header. A wrong size breaks the chain.
bool is_sound_heap(std::string_view bytes)
{
    constexpr std::size_t header = 16;
    if (bytes.size() < header) return false;
    const std::uint64_t size = number_at(bytes, 8, 8);
    if (size > bytes.size()) return false;
    std::size_t place = header;
    while (place + header <= size) {
        const std::uint64_t index = number_at(bytes, place, 2), length = number_at(bytes, place + 8, 8), rest = size - place;
        if (index == 0) return length == rest;
        if (length > rest - header) return false;
        place += header + (length + 7) / 8 * 8;
    }
    return place <= size;
}

}  // namespace

void check_heaps(hid_t file, const std::filesystem::path& path)
{
    const RawFile raw(path, RawFile::Access::read);
    for (const Region& region : metadata_of(file, std::filesystem::file_size(path))) {
        if (region.end - region.begin > most_metadata) continue;
        std::string bytes(region.end - region.begin, '\0');
        raw.read(region.begin, std::as_writable_bytes(std::span(bytes)));
        for (auto place = bytes.find("GCOL"); place != std::string::npos; place = bytes.find("GCOL", place + 4))
            if ((region.begin + place) % 8 == 0 && !is_sound_heap(std::string_view(bytes).substr(place)))
                throw hdf5::Refusal("the texts of its attributes are destroyed");
    }
}

}  // namespace collapse::store
