#include <algorithm>
#include <cmath>
#include <string_view>

#include "collapse/app/forecast.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/shard_option.hpp"
#include "collapse/app/sweep_script.hpp"
#include "collapse/app/time_limit.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::app {

namespace {

using support::validate;

constexpr double time_margin = 1.5, time_reserve = 300;    ///< of the wall time that is asked for; seconds for start and end
constexpr double memory_margin = 1.5, memory_step = 64e6;  ///< of the memory that is asked for; bytes
constexpr double wanted_wall_seconds = 3600;               ///< without --ranks: as many as bring the sweep to about that
constexpr double most_ranks = 1024, longest_time = 86400;  ///< ... and what most clusters grant; a longer sweep requeues itself
constexpr std::int64_t most_jobs = 10'000;                 ///< of an array; Slurm's usual MaxArraySize is less
constexpr std::string_view common_part = "# ---- what follows is the same in every script ----\n";

std::int64_t whole_or(const Arguments& arguments, const char* name, std::int64_t otherwise, std::int64_t most)
{
    if (!arguments.has(name)) return otherwise;
    return sweep::parse_whole(fmt::format("--{}", name), arguments.flags.at(name), std::int64_t{1}, most);
}

/// What a job of the array computes, or the only one.
struct Job {
    double jobs;          ///< that share the sweep
    double ranks;         ///< of each
    double useful_ranks;  ///< of each
    double wall_seconds;
};

Job job_of(const Arguments& arguments, const Forecast& told)
{
    const auto jobs = static_cast<double>(whole_or(arguments, "array", 1, most_jobs));
    // Draws are not divided among jobs: one of them has so many, and with few draws some jobs have none.
    const auto draws = static_cast<double>(told.plan.families() + told.plan.rows.size() - told.plan.simulated_rows());
    const double even = std::min(jobs, draws / std::ceil(draws / jobs));
    const double useful = std::max(1.0, std::floor(told.useful_ranks() / even));
    const double wanted =
        std::clamp(std::ceil(told.core_seconds() / even / wanted_wall_seconds), 1.0, std::min(most_ranks, useful));
    if (draws < jobs)
        tell(fmt::format("{} are more than the {:g} that have something to do: rows that share their draws stay in one job",
                         support::counted(static_cast<std::size_t>(jobs), "job"), draws));
    const auto ranks = static_cast<double>(whole_or(arguments, "ranks", static_cast<std::int64_t>(wanted), 10'000'000));
    return {jobs, ranks, useful, told.wall_seconds(even * ranks)};
}

/// An option that goes into the script as it is: Slurm knows what it means.
std::string directive(const Arguments& arguments, const std::string& name)
{
    if (!arguments.has(name)) return {};
    const std::string& value = arguments.flags.at(name);
    validate(!value.empty() && value.find_first_of(" \t\n'\"") == std::string::npos,
             "--{} = \"{}\" is no name; give one without spaces and quotes", name, value);
    return fmt::format("#SBATCH --{}={}\n", name, value);
}

/// A line for each option among the words after `--`; a word without a dash is the value of the one before it.
std::string directives(const std::vector<std::string>& words)
{
    std::string lines;
    for (const std::string& word : words) {
        const bool option = word.starts_with('-');
        validate(option || !lines.empty(), "{} stands first after -- and is no option of sbatch; give for instance -- --nodes=2",
                 word);
        validate(!word.empty() && word.find_first_of("\n\"") == std::string::npos,
                 "'{}' after -- cannot stand in a script; give an option without quotes and newlines", one_line(word));
        const std::string quoted = word.find_first_of(" \t#") == std::string::npos ? word : fmt::format("\"{}\"", word);
        if (option) lines += fmt::format("#SBATCH {}\n", quoted);
        else lines.insert(lines.size() - 1, " " + quoted);
    }
    return lines;
}

/// `module load`, before anything that would trouble it.
std::string modules(const Arguments& arguments)
{
    if (!arguments.has("module")) return {};
    std::string words;
    for (const std::string& name : support::split(arguments.flags.at("module"), ',')) {
        validate(!name.empty() && name.find_first_of(" \t\n'\"") == std::string::npos,
                 "--module = \"{}\" names no modules; give names with commas between them, such as gcc,openmpi/4.1",
                 arguments.flags.at("module"));
        words += " " + shell_word(name);
    }
    return fmt::format("module load{}\n", words);
}

/// The last lines of the head: what this job runs, and where to. A job of an array finds its part by its number.
std::string variables(const Arguments& arguments, const std::string& output, std::int64_t jobs)
{
    std::string words;
    for (const auto& [key, value] : arguments.overrides)
        words += fmt::format(" {}", shell_word(fmt::format("--{}={}", key, value)));
    const std::string mpi = arguments.has("mpi") ? arguments.flags.at("mpi") : "pmix";
    validate(!mpi.empty() && mpi.find_first_of(" \t\n'\"") == std::string::npos,
             "--mpi = \"{}\" is no interface of srun; give one of those that `srun --mpi=list` names, such as pmix", mpi);
    std::string text = fmt::format("config={}\noutput={}\nmpi={}\nset --{}\n", shell_word(arguments.operands.front()),
                                   shell_word(output), shell_word(mpi), words);
    if (jobs == 1) return text;
    // The name that `run --shard` gives.
    const std::string first = shard_file(output, {1, static_cast<std::size_t>(jobs)}).string();
    const std::string mark = fmt::format(".shard-1-of-{}", jobs);
    const auto place = first.rfind(mark);
    text += fmt::format("output={}.shard-$SLURM_ARRAY_TASK_ID-of-{}{}\nset -- --shard=\"$SLURM_ARRAY_TASK_ID/{}\" \"$@\"\n",
                        shell_word(first.substr(0, place)), jobs, shell_word(first.substr(place + mark.size())), jobs);
    const std::string all = shell_word(first.substr(0, place)) + ".shard-*" + shell_word(first.substr(place + mark.size()));
    return text + fmt::format("# When all are complete: collapse merge {} {}\n", one_line(shell_word(output)), one_line(all));
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
                          {"array", "N", "as an array of N jobs, of which each computes a part of the sweep (run --shard)"},
                          {"partition", "NAME", "Slurm's partition"},
                          {"account", "NAME", "Slurm's account"},
                          {"qos", "NAME", "Slurm's quality of service"},
                          {"job-name", "NAME", "name of the job (default: collapse)"},
                          {"mail-user", "ADDRESS", "who gets a mail when the job has ended or failed"},
                          {"module", "NAME,...", "modules to load"},
                          {"mpi", "NAME", "how srun connects the ranks, as `srun --mpi=list` names it (default: pmix)"},
                          {"output", "FILE", "result file (default: the config's name with .h5)"}},
                .config_keys = true,
                .rest = "options of sbatch, which go into the script as they are",
                .example = "collapse slurm sweep.ini --partition=long --module=gcc,openmpi -- --nodes=2 --exclusive"};
    }

    Exit run(const Arguments& arguments) const override
    {
        if (arguments.has("time"))
            validate(parse_duration("--time", arguments.flags.at("time")) >= time_reserve,
                     "--time = {} leaves no time to compute, as the job is told to stop two minutes before its limit; "
                     "give {} or more",
                     arguments.flags.at("time"), support::duration(time_reserve));
        std::string asked;
        for (const char* name : {"partition", "account", "qos", "mail-user"}) asked += directive(arguments, name);
        if (arguments.has("mail-user")) asked += "#SBATCH --mail-type=END,FAIL\n";
        asked += directives(arguments.rest);
        const std::string name = arguments.has("job-name") ? directive(arguments, "job-name") : "#SBATCH --job-name=collapse\n";
        const std::string loaded = modules(arguments);

        const Forecast told = forecast(arguments);
        const Job job = job_of(arguments, told);
        if (job.ranks > job.useful_ranks)
            tell(fmt::format("{} are more than the {} that help: then the longest task decides",
                             support::counted(static_cast<std::size_t>(job.ranks), "rank"), job.useful_ranks));
        const double minutes = std::ceil(std::min(time_margin * job.wall_seconds + time_reserve, longest_time) / 60);
        const double bytes = memory_step * std::ceil(memory_margin * told.bytes_per_rank() / memory_step);
        const std::string time = arguments.has("time") ? arguments.flags.at("time") : support::duration(60 * minutes);
        const std::string output = arguments.has("output") ? arguments.flags.at("output") : told.settings.output;
        const std::string array = job.jobs > 1 ? fmt::format("#SBATCH --array=1-{}\n", job.jobs) : "";
        const std::string head = variables(arguments, output, static_cast<std::int64_t>(job.jobs));
        fmt::print(
            "#!/bin/bash\n"
            "{}{}"
            "#SBATCH --ntasks={}\n"
            "#SBATCH --cpus-per-task=1\n"
            "#SBATCH --mem-per-cpu={:.0f}M\n"
            "#SBATCH --time={}\n"
            "#SBATCH --signal=USR1@120\n"
            "#SBATCH --requeue\n"
            "#SBATCH --open-mode=append\n"
            "#SBATCH --output=collapse-{}.log\n"
            "{}",
            name, array, job.ranks, std::ceil(bytes / 1048576), time, job.jobs > 1 ? "%A_%a" : "%j", asked);
        fmt::print(
            "# Made by: {}\n"
            "# The plan, measured on the machine where this was made: {}{:.3g} core-hours, {} on {} {}{}, {} a rank.\n"
            "# Asked for: {:g} times the time and {:g} s (at most a day: a longer sweep requeues itself), unless --time was "
            "given,\n"
            "# and {:g} times the memory.\n",
            one_line(arguments.command_line), told.settings.simulation.precision > 0 ? "at most " : "", told.core_seconds() / 3600,
            support::duration(std::ceil(job.wall_seconds)), job.ranks, job.ranks == 1 ? "rank" : "ranks",
            job.jobs > 1 ? fmt::format(" in each of {} jobs", job.jobs) : "", support::bytes(told.bytes_per_rank()), time_margin,
            time_reserve, memory_margin);
        const std::string_view script = sweep_script;
        fmt::print("{}{}{}", loaded, head, script.substr(script.find(common_part)));
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
