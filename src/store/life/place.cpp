#include "collapse/store/life/place.hpp"

#include <array>
#include <cstring>
#include <fstream>

#include "../format/schema.hpp"
#include "../hdf5/attributes.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::store {

using support::validate;

namespace {

/// What a file is, if it is no result file; empty if it is one.
std::string other_kind(const std::filesystem::path& path)
{
    constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
    std::error_code ignored;
    switch (std::filesystem::status(path, ignored).type()) {
        case std::filesystem::file_type::regular: break;
        case std::filesystem::file_type::directory: return "a directory";
        case std::filesystem::file_type::fifo: return "a pipe";
        case std::filesystem::file_type::socket: return "a socket";
        default: return "a device";
    }
    std::array<char, signature.size()> start{};
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open()) return "a file that may not be read";
    file.read(start.data(), start.size());
    if (start != signature) return "no HDF5 file";
    try {
        hdf5::silence();
        const auto name = hdf5::read_text(hdf5::open_for_reading(path), "schema_name");
        if (name == schema::name) return {};
        return name ? "a file of the kind " + *name : "an HDF5 file of something else";
    } catch (const hdf5::Refusal&) {
        return {};  // damaged: this is what moving aside is for
    }
}

}  // namespace

std::filesystem::path place_of(const std::filesystem::path& path)
{
    constexpr int most_links = 40;  // as Linux
    std::filesystem::path place = path;
    for (int links = 0; links < most_links; ++links) {
        std::error_code error;
        const auto type = std::filesystem::symlink_status(place, error).type();
        validate(!error || type == std::filesystem::file_type::not_found,
                 "{} cannot be reached ({}); check the directories on the way and their permissions, or choose another --output",
                 path.string(), error.message());
        if (type != std::filesystem::file_type::symlink) return place;
        place = place.parent_path() / std::filesystem::read_symlink(place, error);
    }
    validate(false, "{} is a symbolic link that leads to itself; remove it, or choose another --output", path.string());
    return {};
}

void expect_result_file(const std::filesystem::path& path)
{
    const std::string kind = other_kind(path);
    validate(kind.empty(),
             "{} is {}, not a result file of this program, and only those are set aside; move it away yourself, or choose another "
             "--output",
             path.string(), kind);
}

}  // namespace collapse::store
