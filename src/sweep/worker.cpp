#include "collapse/sweep/worker.hpp"

#include <utility>

#include "collapse/support/thread.hpp"

namespace collapse::sweep {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Worker::Worker(Computation compute) : compute_(std::move(compute)), thread_(support::start_thread([this] { work(); })) {}

Worker::~Worker()
{
    {
        const std::scoped_lock lock(mutex_);
        stop_ = hurry_ = true;
    }
    given_.notify_one();
    thread_.join();
}

void Worker::give(std::vector<Task> batch)
{
    {
        const std::scoped_lock lock(mutex_);
        batches_.push_back(std::move(batch));
    }
    given_.notify_one();
}

std::optional<std::vector<TaskResult>> Worker::take(std::chrono::milliseconds patience)
{
    std::unique_lock lock(mutex_);
    if (!finished_.wait_for(lock, patience, [this] { return failure_ || !results_.empty(); })) return std::nullopt;
    if (failure_) std::rethrow_exception(failure_);
    std::vector<TaskResult> oldest = std::move(results_.front());
    results_.pop_front();
    return oldest;
}

void Worker::hurry()
{
    const std::scoped_lock lock(mutex_);
    hurry_ = true;
}

bool Worker::idle() const
{
    const std::scoped_lock lock(mutex_);
    return !busy_ && batches_.empty() && results_.empty();
}

Worker::Times Worker::times() const
{
    const std::scoped_lock lock(mutex_);
    Times times = times_;
    if (waiting_since_) times.idle = seconds_since(*waiting_since_);
    return times;
}

void Worker::work()
try {
    compute_batches();
} catch (...) {  // a computation turns failures into results, unless there is no memory even for those
    const std::scoped_lock lock(mutex_);
    failure_ = std::current_exception();
    finished_.notify_one();
}

void Worker::compute_batches()
{
    std::unique_lock lock(mutex_);
    while (true) {
        given_.wait(lock, [this] { return stop_ || !batches_.empty(); });
        if (stop_) return;
        const std::vector<Task> batch = std::move(batches_.front());
        batches_.pop_front();
        busy_ = true;
        if (waiting_since_) times_.waiting += seconds_since(*waiting_since_);
        waiting_since_.reset();
        std::vector<TaskResult> results;
        for (const Task& task : batch) {
            if (hurry_) break;
            lock.unlock();
            results.push_back(compute_(task));
            lock.lock();
            times_.busy += results.back().seconds;
        }
        busy_ = false;
        waiting_since_ = Clock::now();
        results_.push_back(std::move(results));
        finished_.notify_one();
    }
}

}  // namespace collapse::sweep
