#include "attributes.hpp"

#include <algorithm>
#include <vector>

namespace collapse::store::hdf5 {

namespace {

/// Of as many bytes as the text has. Of two at least: h5netcdf takes a text of one byte for something else, and none has no type.
Handle text_type(const std::string& text)
{
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
    checked(H5Tset_size(type, std::max<std::size_t>(text.size(), 2)), "make a text type");
    checked(H5Tset_strpad(type, H5T_STR_NULLPAD), "make a text type");
    checked(H5Tset_cset(type, H5T_CSET_UTF8), "make a text type");
    return type;
}

std::string padded(std::string text)
{
    text.resize(std::max<std::size_t>(text.size(), 2), '\0');
    return text;
}

Handle scalar() { return {H5Screate(H5S_SCALAR), H5Sclose, "make a scalar"}; }

void create_and_write(hid_t object, const char* name, hid_t type, hid_t memory_type, hid_t space, const void* data)
{
    const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "create an attribute");
    checked(H5Awrite(attribute, memory_type, data), "write an attribute");
}

void overwrite(hid_t object, const char* name, hid_t memory_type, const void* data)
{
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
    checked(H5Awrite(attribute, memory_type, data), "write an attribute");
}

template <class Number>
void create_array(hid_t object, const char* name, hid_t type, hid_t memory_type, std::span<const Number> numbers)
{
    const hsize_t size = numbers.size();
    const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, "make an array");
    create_and_write(object, name, type, memory_type, space, numbers.data());
}

/// An attribute of one element.
struct Single {
    Handle attribute, type;
};

std::optional<Single> open_single(hid_t object, const char* name, H5T_class_t kind)
{
    if (checked(H5Aexists(object, name), "look for an attribute") == 0) return std::nullopt;
    Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
    Handle type(H5Aget_type(attribute), H5Tclose, "read the type of an attribute");
    const Handle space(H5Aget_space(attribute), H5Sclose, "read the shape of an attribute");
    const hssize_t elements = H5Sget_simple_extent_npoints(space);
    const bool empty_text = elements == 0 && kind == H5T_STRING;  // as netCDF writes it
    if (H5Tget_class(type) != kind || (elements != 1 && !empty_text))
        throw Refusal(std::string("the attribute ") + name + " is of another kind than expected");
    return Single{std::move(attribute), std::move(type)};
}

}  // namespace

void write(hid_t object, const char* name, const std::string& text)
{
    const Handle type = text_type(text);
    create_and_write(object, name, type, type, scalar(), padded(text).data());
}

void write(hid_t object, const char* name, std::int32_t number)
{
    create_and_write(object, name, H5T_STD_I32LE, H5T_NATIVE_INT32, scalar(), &number);
}

void write(hid_t object, const char* name, std::uint64_t number)
{
    create_and_write(object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, scalar(), &number);
}

void write(hid_t object, const char* name, std::span<const double> numbers)
{
    create_array(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, numbers);
}

void write(hid_t object, const char* name, std::span<const std::uint8_t> numbers)
{
    create_array(object, name, H5T_STD_U8LE, H5T_NATIVE_UINT8, numbers);
}

void rewrite(hid_t object, const char* name, const std::string& text)
{
    overwrite(object, name, text_type(text), padded(text).data());
}

void rewrite(hid_t object, const char* name, std::int32_t number) { overwrite(object, name, H5T_NATIVE_INT32, &number); }

std::optional<std::string> read_text(hid_t object, const char* name)
{
    const auto single = open_single(object, name, H5T_STRING);
    if (!single) return std::nullopt;
    // Texts of variable length lie in a heap without checksums, which HDF5 1.10 crashes on if it is damaged. No text of ours does.
    if (checked(H5Tis_variable_str(single->type), "read the type of an attribute") > 0)
        throw Refusal(std::string("the attribute ") + name + " is a text of variable length");
    std::vector<char> data(H5Tget_size(single->type) + 1, '\0');
    checked(H5Aread(single->attribute, single->type, data.data()), "read an attribute");
    return std::string(data.data());
}

std::optional<std::int64_t> read_integer(hid_t object, const char* name)
{
    const auto single = open_single(object, name, H5T_INTEGER);
    if (!single) return std::nullopt;
    std::int64_t number = 0;
    checked(H5Aread(single->attribute, H5T_NATIVE_INT64, &number), "read an attribute");
    return number;
}

}  // namespace collapse::store::hdf5
