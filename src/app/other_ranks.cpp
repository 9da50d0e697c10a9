#include "collapse/app/other_ranks.hpp"

#include "collapse/app/config.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/run_report.hpp"
#include "collapse/data/dataset.hpp"
#include "collapse/mpi/crew.hpp"
#include "collapse/mpi/wire.hpp"
#include "collapse/sweep/evaluate.hpp"

namespace collapse::app {

void OtherRanks::go(sweep::Settings& settings, const std::vector<bool>& selection)
{
    const bool has_data = settings.model.dataset != nullptr;
    world_->broadcast((has_data ? "d" : "-") + settings.to_config());
    if (has_data && world_->size() > 1)
        settings.model.dataset = std::make_shared<data::Dataset>(world_->share(settings.model.dataset->packed()));
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
        if (order.starts_with('d')) config.dataset = std::make_shared<data::Dataset>(world.share({}));
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
