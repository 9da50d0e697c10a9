#include <array>
#include <cerrno>
#include <cstring>

#include <zlib.h>

#include "collapse/data/numbers.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::data {

using support::validate;

/// zlib reads what is not compressed as it is.
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
    std::string bytes;
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
