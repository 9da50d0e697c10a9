#include "hdf5_dataset.hpp"

#include <hdf5_hl.h>

#include <bit>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "hdf5_attributes.hpp"

namespace collapse::store::hdf5 {

static_assert(std::endian::native == std::endian::little, "values are copied into the file as they stand in memory");

namespace {

Handle space_of(const Shape& shape)
{
    if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "make a shape"};
    return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "make a shape"};
}

Handle dataset_creation(Fill fill)
{
    Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "set up a dataset");
    checked(H5Pset_layout(creation, H5D_CONTIGUOUS), "set up a dataset");
    checked(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY), "set up a dataset");
    checked(H5Pset_fill_time(creation, H5D_FILL_TIME_ALLOC), "set up a dataset");
    checked(H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "set up a dataset");
    checked(H5Pset_obj_track_times(creation, false), "set up a dataset");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    if (fill == Fill::nan) checked(H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &nan), "set up a dataset");
    return creation;
}

}  // namespace

std::size_t elements_of(const Shape& shape)
{
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies{});
}

hid_t file_type(schema::Type type)
{
    switch (type) {
        case schema::Type::real: return H5T_IEEE_F64LE;
        case schema::Type::integer: return H5T_STD_I64LE;
        default: return H5T_STD_U8LE;
    }
}

Handle create_dataset(hid_t parent, const char* name, hid_t type, const Shape& shape, Fill fill)
{
    return {H5Dcreate2(parent, name, type, space_of(shape), H5P_DEFAULT, dataset_creation(fill), H5P_DEFAULT), H5Dclose,
            "create a dataset"};
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
    Handle dataset = create_dataset(parent, name, H5T_STD_U8LE, {size});
    make_dimension(dataset, fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", size).c_str(), number);
    return dataset;
}

void attach(hid_t dataset, std::span<const Handle* const> dimensions)
{
    unsigned position = 0;
    for (const Handle* dimension : dimensions) checked(H5DSattach_scale(dataset, *dimension, position++), "attach a dimension");
}

}  // namespace collapse::store::hdf5
