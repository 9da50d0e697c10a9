#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "handle.hpp"

/// Attributes: text is a fixed-length UTF-8 scalar, which netCDF calls char (Octave knows no other); numbers are scalars. What is longer
/// than 64 KiB HDF5 keeps beside the object by itself.
namespace collapse::store::hdf5 {

void write(hid_t object, const char* name, const std::string& text);
void write(hid_t object, const char* name, std::int32_t number);
void write(hid_t object, const char* name, std::uint64_t number);
/// Arrays of one dimension, as netCDF's own attributes are.
void write(hid_t object, const char* name, std::span<const double> numbers);
void write(hid_t object, const char* name, std::span<const std::uint8_t> numbers);

/// Overwrites an attribute that exists, so that the order of attributes stays.
void rewrite(hid_t object, const char* name, const std::string& text);
void rewrite(hid_t object, const char* name, std::int32_t number);

/// Nothing if there is no such attribute; throws Refusal if it is of another kind (text: of variable length) or unreadable.
std::optional<std::string> read_text(hid_t object, const char* name);
std::optional<std::int64_t> read_integer(hid_t object, const char* name);

}  // namespace collapse::store::hdf5
