#pragma once

#include <string>
#include <vector>

#include "collapse/app/verbs.hpp"
#include "collapse/mpi/world.hpp"

/// What rank 0 and the other ranks of a run say to each other besides tasks and results.
namespace collapse::app {

/// The other ranks, as rank 0 sees them: told once whether there is anything to do, and at the end what became of it, so that
/// all leave together.
class OtherRanks {
  public:
    explicit OtherRanks(const mpi::World& world) : world_(&world) {}

    /// To compute, by the resolved config (they need no file), the selected cells: rank 0 alone decides which those are. Data are
    /// read once, by rank 0, need not be on the other nodes, and are once in the memory of a node: the settings get that copy.
    void go(sweep::Settings& settings, const std::vector<bool>& selection);
    /// What every rank tells at the end, this one included.
    std::vector<std::string> lines(const std::string& mine);
    Exit leave(Exit status);

  private:
    const mpi::World* world_;
    bool gone_ = false, asked_ = false;
};

/// What every other rank does.
Exit follow(const mpi::World& world);

}  // namespace collapse::app
