#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <zlib.h>

#include "collapse/data/numbers.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::data {

using support::validate;

namespace {

/// Bytes that a file has when it is unpacked, as its end says if it is compressed; too few for one in several parts.
std::size_t unpacked_size(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::array<unsigned char, 4> bytes{};
    const auto read = [&] { return static_cast<bool>(file.read(reinterpret_cast<char*>(bytes.data()), bytes.size())); };
    std::error_code ignored;
    if (!read() || bytes[0] != 0x1f || bytes[1] != 0x8b) return std::filesystem::file_size(path, ignored);
    if (!file.seekg(-4, std::ios::end) || !read()) return 0;
    return bytes[0] | std::size_t{bytes[1]} << 8U | std::size_t{bytes[2]} << 16U | std::size_t{bytes[3]} << 24U;
}

}  // namespace

/// zlib reads what is not compressed as it is. Memory is taken once: a text that grows is there twice when it moves.
std::string read_bytes(const std::string& key, const std::filesystem::path& path)
{
    std::error_code ignored;
    const bool exists = std::filesystem::exists(path, ignored);
    validate(exists, "cannot read {} = {}: there is no such file; check its name, which is relative to the config", key,
             path.string());
    validate(std::filesystem::is_regular_file(path, ignored), "cannot read {} = {}: it is no regular file; give a file", key,
             path.string());
    errno = 0;
    const gzFile file = gzopen(path.c_str(), "rb");
    validate(file != nullptr, "cannot read {} = {}: {}; check its permissions", key, path.string(), std::strerror(errno));
    constexpr std::size_t most = std::size_t{1} << 32U;  // whatever a damaged file says
    std::string bytes;
    bytes.reserve(std::min(unpacked_size(path), most));
    std::array<char, 1 << 16> buffer{};
    int count = 0;
    while ((count = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0)
        bytes.append(buffer.data(), static_cast<std::size_t>(count));
    int code = Z_OK;
    const std::string message = gzerror(file, &code);
    // A stream that ends too early is told when it is closed.
    const int closed = gzclose_r(file);
    validate(count == 0 && code == Z_OK && closed == Z_OK,
             "{} = {} is damaged: its compressed data end after {} bytes ({}); get it anew", key, path.string(), bytes.size(),
             message.empty() || code == Z_OK ? "unexpected end of file" : message);
    return bytes;
}

}  // namespace collapse::data
