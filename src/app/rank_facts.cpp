#include "collapse/app/rank_facts.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "collapse/numerics/blas.hpp"
#include "collapse/problem/numbers.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

constexpr std::size_t longest_list = 200;  ///< of cores; a longer one is of no use here

std::string cores_of_this_process()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (std::string list; word == "Cpus_allowed_list:" && status >> list) return list.size() > longest_list ? "" : list;
    return {};
}

std::map<std::string, int> ranks_by_host(const std::vector<RankFacts>& ranks)
{
    std::map<std::string, int> count;
    for (const RankFacts& rank : ranks) ++count[rank.host];
    return count;
}

}  // namespace

std::string facts_of_this_rank()
{
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    return fmt::format("{}|{}|{}", name, cores_of_this_process(), numerics::blas_kernel());
}

RankFacts parse_facts(const std::string& text)
{
    const auto parts = support::split(text, '|');
    support::ensure(parts.size() == 3, "a rank tells its host, its cores and its kernel");
    return {parts[0], parts[1], parts[2]};
}

std::size_t count_cores(const std::string& list)
{
    std::size_t count = 0;
    try {
        for (const std::string& part : support::split(list, ',')) {
            const auto dash = part.find('-');
            constexpr std::uint64_t most = 1'000'000;
            const auto first = problem::parse_whole("core", part.substr(0, dash), std::uint64_t{0}, most);
            const auto last = dash == std::string::npos ? first : problem::parse_whole("core", part.substr(dash + 1), first, most);
            count += last - first + 1;
        }
    } catch (const support::InvalidInput&) {
        return 0;
    }
    return count;
}

std::string hosts_of(const std::vector<RankFacts>& ranks)
{
    std::vector<std::string> words;
    for (const auto& [name, count] : ranks_by_host(ranks)) words.push_back(count > 1 ? fmt::format("{} x {}", name, count) : name);
    return fmt::format("{}", fmt::join(words, ", "));
}

int most_ranks_per_host(const std::vector<RankFacts>& ranks)
{
    int most = 1;
    for (const auto& [name, count] : ranks_by_host(ranks)) most = std::max(most, count);
    return most;
}

std::string kernels_of(const std::vector<RankFacts>& ranks)
{
    std::set<std::string> kernels;
    for (const RankFacts& rank : ranks) kernels.insert(rank.kernel);
    return fmt::format("{}", fmt::join(kernels, ", "));
}

std::vector<std::string> remarks_on(const std::vector<RankFacts>& ranks, const std::vector<store::Segment>& before)
{
    std::vector<std::string> remarks;
    std::map<std::pair<std::string, std::string>, std::size_t> sharing;
    for (const RankFacts& rank : ranks) ++sharing[{rank.host, rank.cores}];
    for (const auto& [where, count] : sharing)
        if (const std::size_t cores = count_cores(where.second); cores > 0 && count > cores)
            remarks.push_back(
                fmt::format("{} ranks take turns on {} of {} ({}): start no more ranks than cores, or bind them apart", count,
                            support::counted(cores, "core"), where.first, where.second));
    const std::string ours = kernels_of(ranks), rounding = "their results agree to rounding errors, not bit for bit";
    if (ours.find(',') != std::string::npos)
        remarks.push_back(fmt::format(
            "the ranks compute with different kernels of the BLAS ({}): {}; OPENBLAS_CORETYPE sets one for all", ours, rounding));
    const auto other = std::ranges::find_if(
        before, [&](const store::Segment& segment) { return !segment.kernels.empty() && segment.kernels != ours; });
    if (other != before.end())
        remarks.push_back(fmt::format("the run of {} computed with the kernel {} of the BLAS, this one with {}: {}", other->start,
                                      other->kernels, ours, rounding));
    return remarks;
}

}  // namespace collapse::app
