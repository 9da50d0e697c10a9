#include <cmath>
#include <string_view>

#include "collapse/app/forecast.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/sweep_script.hpp"
#include "collapse/app/time_limit.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::app {

namespace {

constexpr double time_margin = 1.5, time_reserve = 300;    ///< of the wall time that is asked for; seconds for start and end
constexpr double memory_margin = 1.5, memory_step = 64e6;  ///< of the memory that is asked for; bytes
constexpr double wanted_wall_seconds = 3600;               ///< without --ranks: as many as bring the sweep to about that
constexpr double most_ranks = 1024, longest_time = 86400;  ///< ... and what most clusters grant; a longer sweep requeues itself
constexpr std::string_view common_part = "# ---- what follows is the same in every script ----\n";

double ranks_of(const Arguments& arguments, const Forecast& told)
{
    if (arguments.has("ranks"))
        return static_cast<double>(
            sweep::parse_whole("--ranks", arguments.flags.at("ranks"), std::int64_t{1}, std::int64_t{10'000'000}));
    return std::clamp(std::ceil(told.core_seconds() / wanted_wall_seconds), 1.0, std::min(most_ranks, told.useful_ranks()));
}

/// An option that goes into the script as it is: Slurm knows what it means.
std::string directive(const Arguments& arguments, const char* name)
{
    if (!arguments.has(name)) return {};
    const std::string& value = arguments.flags.at(name);
    support::validate(!value.empty() && value.find_first_of(" \t\n'\"") == std::string::npos,
                      "--{} = \"{}\" is no name; give one without spaces and quotes", name, value);
    return fmt::format("#SBATCH --{}={}\n", name, value);
}

class Slurm final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "slurm",
                .operands = "CONFIG",
                .summary = "prints a complete sbatch script, with ranks, time and memory from the plan",
                .flags = {{"ranks", "N", "number of ranks (default: enough for about an hour)"},
                          {"time", "D-HH:MM:SS", "time limit of the job (default: what the plan expects, with a margin)"},
                          {"partition", "NAME", "Slurm's partition"},
                          {"account", "NAME", "Slurm's account"},
                          {"output", "FILE", "result file (default: the config's name with .h5)"}},
                .config_keys = true};
    }

    Exit run(const Arguments& arguments) const override
    {
        if (arguments.has("time"))
            support::validate(parse_duration("--time", arguments.flags.at("time")) >= time_reserve,
                              "--time = {} leaves no time to compute, as the job is told to stop two minutes before its limit; "
                              "give {} or more",
                              arguments.flags.at("time"), support::duration(time_reserve));
        const std::string partition = directive(arguments, "partition"), account = directive(arguments, "account");
        const Forecast told = forecast(arguments);
        const double ranks = ranks_of(arguments, told), wall = told.wall_seconds(ranks);
        if (ranks > told.useful_ranks())
            tell(fmt::format("{} are more than the {} that help: then the longest task decides",
                             support::counted(static_cast<std::size_t>(ranks), "rank"), told.useful_ranks()));
        const double minutes = std::ceil(std::min(time_margin * wall + time_reserve, longest_time) / 60);
        const double bytes = memory_step * std::ceil(memory_margin * told.bytes_per_rank() / memory_step);
        const std::string time = arguments.has("time") ? arguments.flags.at("time") : support::duration(60 * minutes);
        const std::string output = arguments.has("output") ? arguments.flags.at("output") : told.settings.output;
        fmt::print(
            "#!/bin/bash\n"
            "#SBATCH --job-name=collapse\n"
            "#SBATCH --ntasks={}\n"
            "#SBATCH --cpus-per-task=1\n"
            "#SBATCH --mem-per-cpu={:.0f}M\n"
            "#SBATCH --time={}\n"
            "#SBATCH --signal=USR1@120\n"
            "#SBATCH --requeue\n"
            "#SBATCH --open-mode=append\n"
            "#SBATCH --output=collapse-%j.log\n"
            "{}{}",
            ranks, std::ceil(bytes / 1048576), time, partition, account);
        fmt::print(
            "# Made by: {}\n"
            "# The plan, measured on the machine where this was made: {}{:.3g} core-hours, {} on {} {}, {} a rank.\n"
            "# Asked for: {:g} times the time and {:g} s (at most a day: a longer sweep requeues itself), unless --time was "
            "given,\n"
            "# and {:g} times the memory.\n",
            one_line(arguments.command_line), told.settings.simulation.precision > 0 ? "at most " : "", told.core_seconds() / 3600,
            support::duration(std::ceil(wall)), ranks, ranks == 1 ? "rank" : "ranks", support::bytes(told.bytes_per_rank()),
            time_margin, time_reserve, memory_margin);
        std::string words;
        for (const auto& [key, value] : arguments.overrides)
            words += fmt::format(" {}", shell_word(fmt::format("--{}={}", key, value)));
        fmt::print("config={}\noutput={}\nset --{}\n", shell_word(arguments.operands.front()), shell_word(output), words);
        const std::string_view script = sweep_script;
        fmt::print("{}", script.substr(script.find(common_part)));
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_slurm()
{
    static const Slurm instance;
    return instance;
}

}  // namespace collapse::app
