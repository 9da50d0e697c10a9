#include "attributes.hpp"

#include <memory>
#include <vector>

namespace collapse::store::hdf5 {

namespace {

Handle text_type()
{
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
    checked(H5Tset_size(type, H5T_VARIABLE), "make a text type");
    checked(H5Tset_cset(type, H5T_CSET_UTF8), "make a text type");
    return type;
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
    if (H5Tget_class(type) != kind || H5Sget_simple_extent_npoints(space) != 1)
        throw Refusal(std::string("the attribute ") + name + " is of another kind than expected");
    return Single{std::move(attribute), std::move(type)};
}

}  // namespace

void write(hid_t object, const char* name, const std::string& text)
{
    const char* data = text.c_str();
    const Handle type = text_type();
    create_and_write(object, name, type, type, scalar(), &data);
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
    const char* data = text.c_str();
    overwrite(object, name, text_type(), &data);
}

void rewrite(hid_t object, const char* name, std::int32_t number) { overwrite(object, name, H5T_NATIVE_INT32, &number); }

std::optional<std::string> read_text(hid_t object, const char* name)
{
    const auto single = open_single(object, name, H5T_STRING);
    if (!single) return std::nullopt;
    if (checked(H5Tis_variable_str(single->type), "read the type of an attribute") > 0) {
        char* data = nullptr;
        checked(H5Aread(single->attribute, single->type, &data), "read an attribute");
        const std::unique_ptr<char, herr_t (*)(void*)> owner(data, H5free_memory);
        return data ? std::string(data) : std::string();
    }
    // Fixed length: other programs may have rewritten the file.
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
