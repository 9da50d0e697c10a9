#include "collapse/app/other_ranks.hpp"

#include "collapse/app/config.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/run_report.hpp"
#include "collapse/mpi/crew.hpp"
#include "collapse/mpi/wire.hpp"
#include "collapse/sweep/evaluate.hpp"

namespace collapse::app {

namespace {

constexpr std::size_t longest_message = std::size_t{1} << 30;  ///< bytes that MPI counts with 32 bits

/// Data are read once, by rank 0, and need not be on the other nodes.
std::string broadcast_long(const mpi::World& world, const std::string& bytes)
{
    const std::size_t length = std::stoull(world.broadcast(std::to_string(bytes.size())));
    std::string result;
    for (std::size_t first = 0; first < length; first += longest_message)
        result += world.broadcast(bytes.empty() ? "" : bytes.substr(first, longest_message));
    return result;
}

}  // namespace

void OtherRanks::go(const sweep::Settings& settings, const std::vector<bool>& selection)
{
    world_->broadcast("+" + settings.to_config());
    if (world_->size() > 1) broadcast_long(*world_, settings.model.dataset ? settings.model.dataset->packed() : "");
    world_->broadcast(mpi::pack(selection));
    gone_ = true;
}

std::vector<std::string> OtherRanks::lines(const std::string& mine)
{
    asked_ = true;
    return world_->gather(mine);
}

Exit OtherRanks::leave(Exit status)
{
    if (!gone_) world_->broadcast({});
    else if (!asked_) lines({});
    world_->broadcast(std::to_string(static_cast<int>(status)));
    world_->barrier();  // the first to exit with another status than 0 makes a launcher kill the rest
    return status;
}

Exit follow(const mpi::World& world)
try {
    if (const std::string order = world.broadcast({}); !order.empty()) {
        Config config{{}, order.substr(1), {}, {}};
        config.data = Data::leave;
        const std::string bytes = broadcast_long(world, {});
        if (!bytes.empty()) config.dataset = data::Dataset::unpacked(bytes);
        const sweep::Settings settings = parse_config(config);
        sweep::Grid grid = settings.grid();
        grid.select(mpi::unpack_selection(world.broadcast({})));
        world.gather(rank_line(mpi::serve(world, sweep::Evaluate(settings, grid))));
    }
    const auto status = static_cast<Exit>(std::stoi(world.broadcast({})));
    world.barrier();
    return status;
} catch (const std::exception& error) {
    tell(fmt::format("rank {} cannot go on: {}", world.rank(), error.what()));
    world.abort(static_cast<int>(Exit::error));
}

}  // namespace collapse::app
