#include "dataset.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "attributes.hpp"

namespace collapse::store::hdf5 {

static_assert(std::endian::native == std::endian::little, "values are copied into the file as they stand in memory");

namespace {

constexpr unsigned deflate_level = 6;
constexpr std::size_t page = 4096;
constexpr std::size_t most_elements = std::size_t{1} << 48;  ///< so that no count of bytes overflows

Handle space_of(const Shape& shape)
{
    if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "make a shape"};
    return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "make a shape"};
}

/// The last dimensions whole, as far as a chunk of a MiB holds them: readers mostly want cells that are neighbours.
Shape chunk_of(const Shape& shape, std::size_t element_size)
{
    hsize_t left = (hsize_t{1} << 20) / element_size;
    Shape chunk(shape.size());
    for (std::size_t k = shape.size(); k-- > 0;) {
        chunk[k] = std::clamp<hsize_t>(left, 1, shape[k]);
        left /= chunk[k];
    }
    return chunk;
}

Handle dataset_creation(hid_t type, const Shape& shape, Fill fill, Storage storage)
{
    Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "set up a dataset");
    if (storage == Storage::packed && elements_of(shape) * H5Tget_size(type) >= page) {
        const Shape chunk = chunk_of(shape, H5Tget_size(type));
        checked(H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data()), "set up a dataset");
        checked(H5Pset_shuffle(creation), "set up a dataset");
        checked(H5Pset_deflate(creation, deflate_level), "set up a dataset");
    } else {
        checked(H5Pset_layout(creation, H5D_CONTIGUOUS), "set up a dataset");
        checked(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY), "set up a dataset");
        checked(H5Pset_fill_time(creation, H5D_FILL_TIME_ALLOC), "set up a dataset");
    }
    checked(H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "set up a dataset");
    checked(H5Pset_obj_track_times(creation, false), "set up a dataset");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    if (fill == Fill::nan) checked(H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &nan), "set up a dataset");
    return creation;
}

}  // namespace

std::size_t elements_of(const Shape& shape)
{
    std::size_t elements = 1;
    for (const hsize_t size : shape) {
        if (size > most_elements / std::max<std::size_t>(elements, 1)) throw Refusal("a dataset has an impossible shape");
        elements *= size;
    }
    return elements;
}

Handle create_dataset(hid_t parent, const char* name, hid_t type, const Shape& shape, Fill fill, Storage storage)
{
    const Handle creation = dataset_creation(type, shape, fill, storage);
    return {H5Dcreate2(parent, name, type, space_of(shape), H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose, "create a dataset"};
}

namespace {

/// Calls `visit` with the space in memory, the space in the file and room for the bytes of one block after the other, in order.
void for_blocks(hid_t dataset, const std::function<void(hid_t, hid_t, std::span<std::byte>)>& visit)
{
    const Handle type(H5Dget_type(dataset), H5Tclose, "read a type");
    const Shape shape = shape_of(dataset);
    const std::size_t size = H5Tget_size(type);
    // Whole in all dimensions after `cut`, a part in that one, a single index in those before it: then a block is contiguous.
    Shape block = chunk_of(shape, size);
    std::size_t cut = 0;
    while (cut + 1 < shape.size() && block[cut] == 1) ++cut;
    std::vector<std::byte> bytes(elements_of(block) * size);
    const Handle file(H5Dget_space(dataset), H5Sclose, "read a shape");
    Shape start(shape.size(), 0), count = block;
    for (std::size_t first = 0, all = elements_of(shape); first < all; first += elements_of(count)) {
        for (std::size_t k = shape.size(), rest = first; k-- > 0; rest /= shape[k]) start[k] = rest % shape[k];
        if (!shape.empty()) {
            count[cut] = std::min(block[cut], shape[cut] - start[cut]);
            checked(H5Sselect_hyperslab(file, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), "select a part");
        }
        visit(space_of(count), file, std::span(bytes).first(elements_of(count) * size));
    }
}

}  // namespace

void read_in_order(hid_t dataset, const std::function<void(std::span<const std::byte>)>& take)
{
    const Handle type(H5Dget_type(dataset), H5Tclose, "read a type");
    for_blocks(dataset, [&](hid_t memory, hid_t file, std::span<std::byte> bytes) {
        checked(H5Dread(dataset, type, memory, file, H5P_DEFAULT, bytes.data()), "read a dataset");
        take(bytes);
    });
}

void copy_elements(hid_t from, hid_t to)
{
    const Handle type(H5Dget_type(from), H5Tclose, "read a type");
    for_blocks(from, [&](hid_t memory, hid_t file, std::span<std::byte> bytes) {
        checked(H5Dread(from, type, memory, file, H5P_DEFAULT, bytes.data()), "read a dataset");
        checked(H5Dwrite(to, type, memory, file, H5P_DEFAULT, bytes.data()), "write a dataset");
    });
}

void write_values(hid_t dataset, std::span<const double> values)
{
    checked(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "write a dataset");
}

Handle character_type()
{
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a character type");
    checked(H5Tset_size(type, 1), "make a character type");
    return type;
}

Shape shape_of(hid_t dataset)
{
    const Handle space(H5Dget_space(dataset), H5Sclose, "read a shape");
    const int rank = checked(H5Sget_simple_extent_ndims(space), "read a shape");
    Shape shape(static_cast<std::size_t>(rank));
    if (rank > 0) checked(H5Sget_simple_extent_dims(space, shape.data(), nullptr), "read a shape");
    return shape;
}

void make_dimension(hid_t dataset, const char* name, std::int32_t number)
{
    checked(H5DSset_scale(dataset, name), "make a dimension");
    write(dataset, "_Netcdf4Dimid", number);
}

Handle create_pure_dimension(hid_t parent, const char* name, hsize_t size, std::int32_t number)
{
    const Handle creation = dataset_creation(H5T_STD_U8LE, {size}, Fill::zero, Storage::raw);
    checked(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_LATE), "set up a dataset");  // never: its size is all that counts
    Handle dataset(H5Dcreate2(parent, name, H5T_STD_U8LE, space_of({size}), H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose,
                   "create a dataset");
    make_dimension(dataset, fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", size).c_str(), number);
    return dataset;
}

void attach(hid_t dataset, std::span<const Handle* const> dimensions)
{
    unsigned position = 0;
    for (const Handle* dimension : dimensions) checked(H5DSattach_scale(dataset, *dimension, position++), "attach a dimension");
}

}  // namespace collapse::store::hdf5
