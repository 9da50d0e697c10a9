#include "collapse/app/resources.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/measured.hpp"
#include "collapse/sweep/schedule.hpp"

namespace collapse::app {

namespace {

/// What a rank takes before it computes anything: the program and its libraries.
constexpr double program_bytes = 36e6;

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// MemAvailable of /proc/meminfo in bytes; inf if the system does not say.
double memory_of_host()
{
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string name;
        double kibibytes = 0;
        if (words >> name >> kibibytes && name == "MemAvailable:") return 1024 * kibibytes;
    }
    return unlimited;
}

double limit_of(int resource, double otherwise)
{
    struct rlimit limit {};
    return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? static_cast<double>(limit.rlim_cur) : otherwise;
}

/// Bytes that this process has mapped.
double mapped_memory()
{
    double pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// The least limit of a control group (version 2 or 1) and those above it, as a batch system or a container sets it.
double least_limit(const std::filesystem::path& root, std::filesystem::path group, const char* name)
{
    double least = unlimited;
    while (true) {
        double bytes = 0;
        if (std::ifstream(root / group / name) >> bytes) least = std::min(least, bytes);
        if (group.empty()) return least;
        group = group.parent_path();
    }
}

double memory_of_control_group()
{
    std::ifstream file("/proc/self/cgroup");
    double least = unlimited;
    for (std::string line; std::getline(file, line);) {
        const auto path = line.find(":/");
        if (path == std::string::npos) continue;
        const std::string kind = line.substr(0, path), group = line.substr(path + 2);
        if (kind == "0:") least = std::min(least, least_limit("/sys/fs/cgroup", group, "memory.max"));
        if (kind.ends_with(":memory"))
            least = std::min(least, least_limit("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
    return least;
}

/// Bytes that the ranks of this host may take.
double available_memory() { return std::min(memory_of_host(), memory_of_control_group()); }

/// Bytes that this process will have mapped when it computes.
double address_space(const sweep::Plan& plan, const sweep::Grid& grid)
{
    constexpr double threads = 2;  // that computes, and that renews the lock
    const double rows = plan.bytes_per_rank() + sweep::Schedule::bytes(grid);
    return mapped_memory() + std::max(rows, plan.pool_bytes) + threads * limit_of(RLIMIT_STACK, 8 << 20);
}

}  // namespace

/// Data are read, their spectrum is measured, rows are computed, one after the other.
double planned_memory(const sweep::Plan& plan, const sweep::Grid& grid)
{
    const double rows = plan.bytes_per_rank() + sweep::Schedule::bytes(grid);
    return program_bytes + plan.data_bytes + std::max({plan.data_bytes, plan.pool_bytes, rows});
}

double planned_address_space(const sweep::Plan& plan, const sweep::Grid& grid)
{
    constexpr double spread = 16 << 20;  // from process to process
    return address_space(plan, grid) + spread;
}

void set_up_heap()
{
#ifdef M_ARENA_MAX
    // Matrices come and go with every fit: given back to the system and taken again, their pages cost a tenth of the time.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that is allowed
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    if (std::isfinite(limit_of(RLIMIT_AS, unlimited))) mallopt(M_ARENA_MAX, 1);
#endif
}

void check_memory(const sweep::Plan& plan, const sweep::Grid& grid, int ranks_per_host)
{
    const double row = plan.bytes_per_rank(), results = sweep::Schedule::bytes(grid);
    const double needed = row * ranks_per_host + results, available = available_memory();
    const double left = std::max(available - results, 0.0);
    support::validate(
        needed <= available,
        "the largest row of the grid needs {} on each of the {} rank(s) of this host and the results of all cells {} on "
        "rank 0, but {} are available; {}, or use fewer cells",
        support::bytes(row), ranks_per_host, support::bytes(results), support::bytes(available),
        left >= row ? fmt::format("start at most {:.0f} ranks a host", std::floor(left / row))
                    : fmt::format("one rank would have room for about {:.0f} % of this grid.T and grid.d, so use smaller ones",
                                  std::floor(100 * std::sqrt(left / row))));
    const double space = address_space(plan, grid), limit = limit_of(RLIMIT_AS, unlimited);
    support::validate(
        space <= limit,
        "this process needs {} of address space, {} of it for the largest row of the grid and {} for the results of all "
        "cells, but its limit is {} (`ulimit -v`); raise that, or use a smaller grid.d or T or fewer cells",
        support::bytes(space), support::bytes(row), support::bytes(results), support::bytes(limit));
}

void check_pool(const sweep::Settings& settings)
{
    if (settings.model.dataset == nullptr || !settings.data.nodes.empty()) return;
    const std::int64_t pool = settings.data.pool;
    const double bytes = sweep::bytes_to_measure(*settings.model.dataset, pool), available = available_memory();
    support::validate(bytes <= available,
                      "measuring the spectrum of data.pool = {} rows takes {}, but {} are available; give a pool of at most {:.0f}",
                      pool, support::bytes(bytes), support::bytes(available),
                      std::floor(0.95 * static_cast<double>(pool) * std::sqrt(available / bytes)));
}

std::string remark_on_pool(const sweep::Plan& plan)
{
    if (plan.largest_fit <= static_cast<double>(plan.pool)) return "";
    return fmt::format(
        "a fit has {:.0f} rows, but theory has its spectrum from {}, which resolve fewer directions: it may be far off; "
        "give a larger data.pool",
        plan.largest_fit, plan.pool);
}

void check_disk(const std::filesystem::path& path, double bytes)
{
    std::error_code error;
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const auto space = std::filesystem::space(folder, error);
    support::validate(!error, "{} cannot be created in {} ({}); make that directory, or give another --output", path.string(),
                      folder.string(), error.message());
    if (bytes > static_cast<double>(space.available))
        throw support::SystemFailure(
            fmt::format("the result file {} takes {}, but its disk has {} left; free space, choose another "
                        "--output, or give shorter lists in [grid]",
                        path.string(), support::bytes(bytes), support::bytes(static_cast<double>(space.available))));
}

}  // namespace collapse::app
