#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "collapse/sweep/worker.hpp"

namespace collapse::sweep {

/// Whoever computes for the schedule: one thread, or a thread on each of many ranks. Members are numbered 0 .. size()-1.
class Crew {
  public:
    struct Delivery {
        MemberIndex member;
        std::vector<TaskResult> results;
    };

    virtual ~Crew() = default;
    virtual std::size_t size() const = 0;
    /// Queues a batch for a member.
    virtual void give(MemberIndex member, std::vector<Task> batch) = 0;
    /// The next finished batch of anybody; waits for a millisecond or so.
    virtual std::optional<Delivery> take() = 0;
    /// Asks everybody to finish the task in hand and to return its batch as it is then; batches not begun come back empty.
    virtual void hurry() = 0;
};

/// The crew of one rank: its own worker.
class SoloCrew : public Crew {
  public:
    explicit SoloCrew(Computation compute) : worker_(std::move(compute)) {}

    std::size_t size() const override { return 1; }
    void give(MemberIndex, std::vector<Task> batch) override { worker_.give(std::move(batch)); }
    std::optional<Delivery> take() override { return take(std::chrono::milliseconds(2)); }
    void hurry() override { worker_.hurry(); }
    const Worker& worker() const { return worker_; }

  protected:
    std::optional<Delivery> take(std::chrono::milliseconds patience);

  private:
    Worker worker_;
};

}  // namespace collapse::sweep
