#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "collapse/data/numbers.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::data {

using support::validate;

namespace {

/// Sizes in bytes of the types of values; 0: there is none of this number.
std::size_t width_of(unsigned char type)
{
    switch (type) {
        case 0x08:
        case 0x09: return 1;
        case 0x0B: return 2;
        case 0x0C:
        case 0x0D: return 4;
        case 0x0E: return 8;
        default: return 0;
    }
}

std::uint64_t big_endian(const unsigned char* bytes, std::size_t width)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < width; ++i) number = number << 8U | bytes[i];
    return number;
}

double value_of(unsigned char type, const unsigned char* bytes)
{
    switch (type) {
        case 0x09: return static_cast<signed char>(bytes[0]);
        case 0x0B: return static_cast<std::int16_t>(big_endian(bytes, 2));
        case 0x0C: return static_cast<std::int32_t>(big_endian(bytes, 4));
        case 0x0D: return std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(bytes, 4)));
        default: return std::bit_cast<double>(big_endian(bytes, 8));
    }
}

}  // namespace

Numbers read_idx(const std::string& key, const std::filesystem::path& path)
{
    const std::string text = read_bytes(key, path);
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const bool is_idx = text.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && width_of(bytes[2]) > 0 && bytes[3] > 0;
    validate(is_idx,
             "{} = {} is no IDX file: it must begin with the bytes 00 00 <08, 09, 0b, 0c, 0d or 0e> <rank>, but it {}; give an IDX "
             "file, a "
             "CSV named .csv, or HDF5 as file.h5:/dataset",
             key, path.string(),
             text.size() < 4 ? fmt::format("has {} bytes", text.size())
                             : fmt::format("begins with {:02x} {:02x} {:02x} {:02x}", bytes[0], bytes[1], bytes[2], bytes[3]));
    const std::size_t rank = bytes[3], header = 4 + 4 * rank, width = width_of(bytes[2]);
    validate(text.size() >= header, "{} = {} is truncated: a header of rank {} takes {} bytes, but the file has {}; get it anew",
             key, path.string(), rank, header, text.size());
    Numbers numbers;
    double product = 1;
    for (std::size_t i = 0; i < rank; ++i) {
        numbers.shape.push_back(big_endian(bytes + 4 + 4 * i, 4));
        product *= static_cast<double>(numbers.shape.back());
    }
    const double expected = static_cast<double>(header) + product * static_cast<double>(width);
    validate(product > 0, "{} = {} is empty: its sizes are {}; give a file with rows", key, path.string(),
             fmt::join(numbers.shape, " x "));
    validate(expected == static_cast<double>(text.size()),
             "{} = {} is {}: sizes {} make {:.0f} bytes, but the file has {}; get it anew", key, path.string(),
             expected > static_cast<double>(text.size()) ? "truncated" : "too long", fmt::join(numbers.shape, " x "), expected,
             text.size());
    const auto count = static_cast<std::size_t>(product);
    if (bytes[2] == 0x08) {
        numbers.bytes.assign(bytes + header, bytes + header + count);
        return numbers;
    }
    numbers.values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        numbers.values.push_back(value_of(bytes[2], bytes + header + i * width));
        validate(std::isfinite(numbers.values.back()), "{} = {} has the value {} at place {}; all must be finite", key,
                 path.string(), numbers.values.back(), i + 1);
    }
    return numbers;
}

}  // namespace collapse::data
