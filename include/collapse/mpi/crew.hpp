#pragma once

#include <memory>

#include "collapse/mpi/world.hpp"
#include "collapse/sweep/crew.hpp"

namespace collapse::mpi {

/// The worker threads of all ranks, as rank 0 sees them: member i computes on rank i.
class RankCrew final : public sweep::SoloCrew {
  public:
    RankCrew(const World& world, sweep::Computation compute);
    /// Dismisses the other ranks: their serve() returns.
    ~RankCrew() override;

    std::size_t size() const override;
    void give(sweep::MemberIndex member, std::vector<sweep::Task> batch) override;
    std::optional<Delivery> take() override;
    void hurry() override;

    /// Ends all ranks in order, without waiting for the tasks that they still compute.
    [[noreturn]] void desert(int status);

  private:
    void send(sweep::MemberIndex member, int tag, std::string bytes);

    struct Mail;
    const World* world_;
    std::unique_ptr<Mail> mail_;
};

/// What every rank but 0 does: computes batches until it is dismissed. Returns how it spent its time.
sweep::Worker::Times serve(const World& world, sweep::Computation compute);

}  // namespace collapse::mpi
