#include "raw_writer.hpp"

namespace collapse::store {

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t longest_write = std::size_t{1} << 20;

}  // namespace

void RawWriter::add(std::uint64_t offset, std::span<const std::byte> bytes)
{
    const std::uint64_t end = offset_ + bytes_.size();
    if (bytes_.empty() || offset < end || offset - end >= page || bytes_.size() >= longest_write) {
        flush();
        offset_ = offset;
    } else if (const std::size_t gap = offset - end; gap > 0) {
        bytes_.resize(bytes_.size() + gap);
        file_.read(end, std::span(bytes_).last(gap));
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void RawWriter::flush()
{
    if (!bytes_.empty()) file_.write(offset_, bytes_);
    bytes_.clear();
}

}  // namespace collapse::store
