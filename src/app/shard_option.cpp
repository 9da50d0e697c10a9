#include "collapse/app/shard_option.hpp"

#include <algorithm>
#include <charconv>

#include "collapse/support/failure.hpp"

namespace collapse::app {

namespace {

/// A whole number, or 0 if the text is none.
std::size_t whole_number(const std::string& text)
{
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace

sweep::Shard shard_of(const Arguments& arguments)
{
    if (!arguments.has("shard")) return {};
    const std::string& text = arguments.flags.at("shard");
    const std::size_t slash = std::min(text.find('/'), text.size());
    const sweep::Shard shard{whole_number(text.substr(0, slash)), whole_number(text.substr(std::min(slash + 1, text.size())))};
    support::validate(1 <= shard.number && shard.number <= shard.count,
                      "--shard {} is no part of a sweep; write i/N with 1 <= i <= N, for instance 2/8", text);
    return shard;
}

std::filesystem::path shard_file(const std::filesystem::path& whole, const sweep::Shard& shard)
{
    if (shard.is_whole()) return whole;
    std::filesystem::path name = whole;
    name.replace_filename(
        fmt::format("{}.shard-{}-of-{}{}", whole.stem().string(), shard.number, shard.count, whole.extension().string()));
    return name;
}

}  // namespace collapse::app
