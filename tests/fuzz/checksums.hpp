#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// The checksums in an HDF5 file. HDF5 refuses metadata whose checksum is wrong; damage that a reader is to see has to mend it.
namespace collapse::test {

/// Bob Jenkins' lookup3 (public domain, burtleburtle.net/bob/c/lookup3.c), as HDF5 uses it: hashlittle from 0.
inline std::uint32_t lookup3(std::string_view bytes)
{
    using std::rotl;
    std::uint32_t a = 0xdeadbeefU + static_cast<std::uint32_t>(bytes.size()), b = a, c = a;
    while (true) {
        char word[12] = {};
        std::memcpy(word, bytes.data(), bytes.size() < 12 ? bytes.size() : 12);
        std::uint32_t k[3];
        std::memcpy(k, word, 12);
        if (bytes.empty()) return c;
        a += k[0], b += k[1], c += k[2];
        if (bytes.size() <= 12) break;
        a -= c, a ^= rotl(c, 4), c += b;
        b -= a, b ^= rotl(a, 6), a += c;
        c -= b, c ^= rotl(b, 8), b += a;
        a -= c, a ^= rotl(c, 16), c += b;
        b -= a, b ^= rotl(a, 19), a += c;
        c -= b, c ^= rotl(b, 4), b += a;
        bytes.remove_prefix(12);
    }
    c ^= b, c -= rotl(b, 14);
    a ^= c, a -= rotl(c, 11);
    b ^= a, b -= rotl(a, 25);
    c ^= b, c -= rotl(b, 16);
    a ^= c, a -= rotl(c, 4);
    b ^= a, b -= rotl(a, 14);
    c ^= b, c -= rotl(b, 24);
    return c;
}

/// A piece of metadata [begin, end) and where its checksum stands: behind it, or in it, counted as zero.
struct Checksum {
    std::size_t begin, end, place;

    std::uint32_t of(const std::string& bytes) const
    {
        std::string piece = bytes.substr(begin, end - begin);
        if (place < end) piece.replace(place - begin, 4, 4, '\0');
        return lookup3(piece);
    }
    std::uint32_t stored(const std::string& bytes) const
    {
        std::uint32_t sum = 0;
        std::memcpy(&sum, bytes.data() + place, 4);
        return sum;
    }
};

/// All of a file: where a piece begins is known by its signature, where it ends by trying.
inline std::vector<Checksum> find_checksums(const std::string& bytes)
{
    constexpr std::size_t longest = 2048;
    std::vector<Checksum> found;
    const auto attempt = [&](Checksum sum) {
        const bool right = sum.end <= bytes.size() && sum.place + 4 <= bytes.size() && sum.of(bytes) == sum.stored(bytes);
        if (right) found.push_back(sum);
        return right;
    };
    for (const char* signature : {"\211HDF", "OHDR", "OCHK", "FRHP", "FHIB", "BTHD", "BTIN", "BTLF", "FSHD", "FSSE"})
        for (auto begin = bytes.find(signature); begin != std::string::npos; begin = bytes.find(signature, begin + 1))
            for (std::size_t end = begin + 4; end < begin + longest && !attempt({begin, end, end}); ++end) continue;
    for (auto begin = bytes.find("FHDB"); begin != std::string::npos; begin = bytes.find("FHDB", begin + 1))
        for (std::size_t size = 512; size <= 65536; size *= 2)
            for (std::size_t place = begin + 13; place < begin + 22; ++place) attempt({begin, begin + size, place});
    return found;
}

}  // namespace collapse::test
