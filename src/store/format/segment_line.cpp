#include "segment_line.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "schema.hpp"

namespace collapse::store {

namespace {

using nlohmann::json;

json to_json(const Spread& spread) { return {spread.min, spread.mean, spread.max}; }

json to_json(const RunReport& report)
{
    return {
        {"busy", to_json(report.busy)},         {"waiting", to_json(report.waiting)},      {"idle", to_json(report.idle)},
        {"peak_memory", report.peak_memory},    {"planned_memory", report.planned_memory}, {"longest_task", report.longest_task},
        {"store_seconds", report.store_seconds}};
}

/// JSON has no NaN: it is written as null.
double number_of(const json& value) { return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN(); }

Spread spread_of(const json& values) { return {number_of(values.at(0)), number_of(values.at(1)), number_of(values.at(2))}; }

RunReport report_of(const json& report)
{
    return {spread_of(report.at("busy")),         spread_of(report.at("waiting")),        spread_of(report.at("idle")),
            number_of(report.at("peak_memory")),  number_of(report.at("planned_memory")), number_of(report.at("longest_task")),
            number_of(report.at("store_seconds"))};
}

std::string dump(const Segment& segment)
{
    json line{{"job", segment.job},     {"command_line", segment.command_line}, {"hosts", segment.hosts},
              {"ranks", segment.ranks}, {"cells_done", segment.cells_done},     {"core_seconds", segment.core_seconds},
              {"start", segment.start}, {"last_commit", segment.last_commit},   {"end", segment.end}};
    if (!segment.kernels.empty()) line["kernels"] = segment.kernels;
    line["core_seconds_left"] = segment.core_seconds_left;
    if (!std::isnan(segment.report.longest_task)) line["report"] = to_json(segment.report);
    constexpr bool ascii = true;
    return line.dump(-1, ' ', ascii, json::error_handler_t::replace);
}

}  // namespace

std::string segment_line(const Segment& segment)
{
    Segment shortened = segment;
    std::string line = dump(shortened);
    // The longest text gives way: of a thousand host names the first hundred are enough.
    while (line.size() >= schema::segment_length) {
        std::string& longest = *std::max({&shortened.job, &shortened.command_line, &shortened.hosts},
                                         [](const std::string* a, const std::string* b) { return a->size() < b->size(); });
        longest.resize(longest.size() * 3 / 4);
        longest += "...";
        line = dump(shortened);
    }
    line.resize(schema::segment_length - 1, ' ');
    return line + '\n';
}

std::optional<Segment> parse_segment(std::string_view line)
{
    constexpr bool throwing = false;
    const json parsed = json::parse(line.substr(0, line.find('\0')), nullptr, throwing);
    if (!parsed.is_object()) return std::nullopt;
    try {
        return Segment{.job = parsed.at("job"),
                       .command_line = parsed.at("command_line"),
                       .hosts = parsed.at("hosts"),
                       .ranks = parsed.at("ranks"),
                       .cells_done = parsed.at("cells_done"),
                       .core_seconds = parsed.at("core_seconds"),
                       .core_seconds_left = number_of(parsed.value("core_seconds_left", json())),
                       .start = parsed.at("start"),
                       .last_commit = parsed.at("last_commit"),
                       .end = parsed.at("end"),
                       .report = parsed.contains("report") ? report_of(parsed.at("report")) : RunReport{},
                       .kernels = parsed.value("kernels", "")};
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

}  // namespace collapse::store
