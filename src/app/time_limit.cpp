#include "collapse/app/time_limit.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <memory>
#include <vector>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::app {

using support::validate;

double parse_duration(const std::string& key, const std::string& text)
{
    const std::string trimmed = support::trim(text);
    if (trimmed == "UNLIMITED") return std::numeric_limits<double>::infinity();
    const auto dash = trimmed.find('-');
    const bool days = dash != std::string::npos;
    const auto parts = support::split(days ? trimmed.substr(dash + 1) : trimmed, ':');
    // The unit of the first part: hours after days, else minutes if there are one or two parts, hours if there are three.
    double unit = days || parts.size() == 3 ? 3600 : 60, seconds = 0;
    const auto number = [&](const std::string& part) {
        const bool digits = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
        validate(digits && parts.size() <= 3, "{} = {} is not a duration; write D-HH:MM:SS, HH:MM:SS, MM:SS or minutes", key,
                 trimmed);
        return std::stod(part);
    };
    if (days) seconds += 86400 * number(trimmed.substr(0, dash));
    for (const std::string& part : parts) {
        seconds += unit * number(part);
        unit /= 60;
    }
    return seconds;
}

namespace {

std::string output_of(const std::string& command)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::array<char, 256> line{};
    return pipe && std::fgets(line.data(), line.size(), pipe.get()) ? support::trim(line.data()) : "";
}

}  // namespace

std::optional<double> slurm_seconds_left()
{
    if (const char* end = std::getenv("SLURM_JOB_END_TIME")) return std::atof(end) - static_cast<double>(std::time(nullptr));
    const char* job = std::getenv("SLURM_JOB_ID");
    if (job == nullptr || std::string(job).find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    const std::string answer = output_of(fmt::format("squeue -h -j {} -o %L 2>/dev/null", job));
    try {
        return answer.empty() ? std::nullopt : std::optional(parse_duration("squeue's time left", answer));
    } catch (const support::InvalidInput&) {
        return std::nullopt;  // INVALID or NOT_SET: the job has no limit that we know
    }
}

}  // namespace collapse::app
