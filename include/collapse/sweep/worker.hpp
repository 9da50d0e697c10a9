#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "collapse/sweep/task.hpp"

namespace collapse::sweep {

/// A thread that computes: every rank has one, so that its main thread is always free to talk, to write and to listen to signals.
class Worker {
  public:
    explicit Worker(Computation compute);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    /// Waits for the task in hand; tasks not begun are dropped.
    ~Worker();

    /// Queues a batch; its results come back together.
    void give(std::vector<Task> batch);

    /// The results of the oldest finished batch; waits for at most `patience`. Rethrows what the computation has thrown, after
    /// which nothing is computed any more.
    std::optional<std::vector<TaskResult>> take(std::chrono::milliseconds patience);

    /// The batch in hand ends with the task in hand; batches not begun come back empty.
    void hurry();

    bool idle() const;
    /// What it has done since its first batch came.
    struct Times {
        double busy = 0;     ///< seconds computing
        double waiting = 0;  ///< seconds between batches
        double idle = 0;     ///< seconds since the last batch
    };
    Times times() const;

  private:
    using Clock = std::chrono::steady_clock;
    void work();
    void compute_batches();

    Computation compute_;
    mutable std::mutex mutex_;
    std::condition_variable given_, finished_;
    std::deque<std::vector<Task>> batches_;
    std::deque<std::vector<TaskResult>> results_;
    std::exception_ptr failure_;
    bool busy_ = false, hurry_ = false, stop_ = false;
    Times times_;
    std::optional<Clock::time_point> waiting_since_;  ///< not set before the first batch, nor while computing
    std::thread thread_;                              // last: it uses all the others
};

}  // namespace collapse::sweep
