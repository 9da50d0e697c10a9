#pragma once

#include <vector>

#include "raw_file.hpp"

namespace collapse::store {

/// Joins small pieces into large writes. Pieces less than a page apart become one write, together with the bytes between
/// them as the file has them: the disk would write that page anyway, and there is no other writer.
class RawWriter {
  public:
    explicit RawWriter(RawFile& file) : file_(file) {}

    /// Best at ascending offsets. Nothing is certain to be written before flush().
    void add(std::uint64_t offset, std::span<const std::byte> bytes);
    void flush();

  private:
    RawFile& file_;
    std::uint64_t offset_ = 0;
    std::vector<std::byte> bytes_;
};

}  // namespace collapse::store
