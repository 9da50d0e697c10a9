#include "collapse/app/time_limit.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <vector>

#include <sys/wait.h>

#include "collapse/problem/numbers.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

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
    const auto number = [&](const std::string& part, double most) {
        const bool digits = !part.empty() && part.size() < 10 && part.find_first_not_of("0123456789") == std::string::npos;
        const double value = digits ? problem::parse_number(key, part) : 0;
        validate(digits && parts.size() <= 3 && value <= most,
                 "{} = {} is not a duration; write D-HH:MM:SS, HH:MM:SS, MM:SS or minutes", key, trimmed);
        return value;
    };
    constexpr double any = 999'999'999;
    if (days) seconds += 86400 * number(trimmed.substr(0, dash), any);
    for (const std::string& part : parts) {
        const bool first = &part == &parts.front();
        seconds += unit * number(part, !first ? 59 : days ? 23 : any);
        unit /= 60;
    }
    return seconds;
}

namespace {

struct Answer {
    std::string first_line;
    int status = 0;  ///< as wait() tells it
};

Answer ask(const std::string& command)
{
    FILE* const pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return {};
    std::array<char, 256> line{};
    const bool said = std::fgets(line.data(), line.size(), pipe) != nullptr;
    const int status = pclose(pipe);
    return {said ? support::trim(line.data()) : "", status};
}

std::string shown(const char* text) { return *text ? text : "(nothing)"; }

}  // namespace

SlurmLimit slurm_limit()
{
    SlurmLimit limit;
    constexpr std::uint64_t latest = 100'000'000'000;  // seconds since 1970
    if (const char* end = std::getenv("SLURM_JOB_END_TIME")) {
        try {
            const auto time = static_cast<double>(problem::parse_whole("SLURM_JOB_END_TIME", end, std::uint64_t{1}, latest));
            limit.seconds_left = time - static_cast<double>(std::time(nullptr));
            if (*limit.seconds_left > 0) return limit;
            limit.seconds_left.reset();
            limit.remarks.push_back(fmt::format("SLURM_JOB_END_TIME = {} is over: it is ignored", end));
        } catch (const support::InvalidInput&) {
            limit.remarks.push_back(fmt::format("SLURM_JOB_END_TIME = {} is no time: it is ignored", shown(end)));
        }
    }
    const char* job = std::getenv("SLURM_JOB_ID");
    if (job == nullptr) return limit;
    if (*job == '\0' || std::strspn(job, "0123456789") != std::strlen(job)) {
        limit.remarks.push_back(fmt::format("SLURM_JOB_ID = {} is no number of a job: no time limit is known", shown(job)));
        return limit;
    }
    constexpr int timed_out = 124;  // as timeout(1) says it
    const Answer answer = ask(fmt::format("timeout -k 1 2 squeue -h -j {} -o %L 2>/dev/null", job));
    if (WIFEXITED(answer.status) && WEXITSTATUS(answer.status) == timed_out)
        limit.remarks.push_back(
            fmt::format("squeue does not answer: no time limit of the job {} (SLURM_JOB_ID) is known; --time-left tells it", job));
    try {
        const double seconds = answer.first_line.empty() ? 0 : parse_duration("squeue's time left", answer.first_line);
        if (seconds > 0) limit.seconds_left = seconds;
    } catch (const support::InvalidInput&) {
        // INVALID or NOT_SET: the job has no limit that we know
    }
    return limit;
}

}  // namespace collapse::app
