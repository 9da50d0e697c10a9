#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

/// Data sets of others: files, and the rows and targets in them. Knows nothing of kernels or protocols.
namespace collapse::data {

/// The numbers of a file, row-major. Bytes stay bytes, an eighth of the memory; exactly one of the two is filled.
struct Numbers {
    std::vector<std::size_t> shape;
    std::vector<unsigned char> bytes;
    std::vector<double> values;

    std::size_t size() const { return bytes.empty() ? values.size() : bytes.size(); }
    double operator[](std::size_t i) const { return bytes.empty() ? values[i] : bytes[i]; }
    /// Rows of the first dimension; numbers in each.
    std::size_t rows() const { return shape.empty() ? 0 : shape[0]; }
    std::size_t columns() const { return rows() == 0 ? 0 : size() / rows(); }
};

/// All bytes of a file, unpacked if it is compressed by gzip. `key`: the config key that names it, for messages. Throws InvalidInput.
std::string read_bytes(const std::string& key, const std::filesystem::path& path);

/// An array in the IDX format of MNIST, plain or compressed: 0 0 type rank, sizes as 32-bit big-endian numbers, values. Throws
/// InvalidInput: file, what was expected, what was found.
Numbers read_idx(const std::string& key, const std::filesystem::path& path);

/// Numbers in lines, separated by commas, semicolons or white space.
struct Csv {
    std::vector<std::string> names;  ///< of the columns, if the first line is a header; lines that begin with # do not count
    Numbers numbers;                 ///< [lines x columns]

    /// The column called `name`; -1 if there is none.
    std::ptrdiff_t column(const std::string& name) const;
};

/// Throws InvalidInput with file, line and column of what is no number.
Csv read_csv(const std::string& key, const std::filesystem::path& path);

}  // namespace collapse::data
