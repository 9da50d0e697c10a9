#include "collapse/app/shard_option.hpp"

#include <algorithm>

#include "collapse/support/failure.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::app {

sweep::Shard shard_of(const Arguments& arguments)
{
    if (!arguments.has("shard")) return {};
    const std::string& text = arguments.flags.at("shard");
    const std::size_t slash = std::min(text.find('/'), text.size());
    support::validate(slash < text.size(), "--shard {} is no part of a sweep; write i/N, for instance 2/8", text);
    constexpr std::uint64_t most = 1'000'000;
    try {
        const std::uint64_t count = sweep::parse_whole("N", text.substr(slash + 1), std::uint64_t{1}, most);
        return {sweep::parse_whole("i", text.substr(0, slash), std::uint64_t{1}, count), count};
    } catch (const support::InvalidInput& wrong) {
        const std::string why = wrong.what();
        throw support::InvalidInput(
            fmt::format("--shard {} is no part of a sweep: {}; write i/N, for instance 2/8", text, why.substr(0, why.find(';'))));
    }
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
