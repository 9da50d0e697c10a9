#include "segment_line.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "schema.hpp"

namespace collapse::store {

namespace {

using nlohmann::json;

std::string dump(const Segment& segment)
{
    const json line{{"job", segment.job},     {"command_line", segment.command_line}, {"hosts", segment.hosts},
                    {"ranks", segment.ranks}, {"cells_done", segment.cells_done},     {"core_seconds", segment.core_seconds},
                    {"start", segment.start}, {"last_commit", segment.last_commit},   {"end", segment.end}};
    constexpr bool ascii = true;
    return line.dump(-1, ' ', ascii, json::error_handler_t::replace);
}

}  // namespace

std::string segment_line(const Segment& segment)
{
    Segment shortened = segment;
    std::string line = dump(shortened);
    // The longest text gives way: of a thousand host names the first hundred are enough.
    while (line.size() > schema::segment_length) {
        std::string& longest = *std::max({&shortened.job, &shortened.command_line, &shortened.hosts},
                                         [](const std::string* a, const std::string* b) { return a->size() < b->size(); });
        longest.resize(longest.size() * 3 / 4);
        longest += "...";
        line = dump(shortened);
    }
    return line;
}

std::optional<Segment> parse_segment(std::string_view line)
{
    constexpr bool throwing = false;
    const json parsed = json::parse(line.substr(0, line.find('\0')), nullptr, throwing);
    if (!parsed.is_object()) return std::nullopt;
    try {
        return Segment{parsed.at("job"),   parsed.at("command_line"), parsed.at("hosts"),
                       parsed.at("ranks"), parsed.at("cells_done"),   parsed.at("core_seconds"),
                       parsed.at("start"), parsed.at("last_commit"),  parsed.at("end")};
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

}  // namespace collapse::store
