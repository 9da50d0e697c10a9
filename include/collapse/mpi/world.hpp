#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace collapse::mpi {

/// MPI_COMM_WORLD as a value: MPI runs as long as it lives. A program started without a launcher is one rank and does not start MPI,
/// which would start a daemon, look for ssh and for networks, and take longer than a small sweep.
class World {
  public:
    /// Throws SystemFailure if MPI cannot be initialised, or does not connect the processes that a launcher has started together.
    World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    int rank() const { return rank_; }
    int size() const { return size_; }
    bool is_root() const { return rank_ == 0; }

    /// What a user would want to know of how the program was started; empty: nothing.
    const std::string& remark() const { return remark_; }

    /// Rank 0's text, on every rank.
    std::string broadcast(std::string text) const;
    /// Every rank's text, on rank 0; empty elsewhere.
    std::vector<std::string> gather(const std::string& text) const;
    /// Rank 0's bytes on every rank, to be read: once in the memory of a node, whose ranks look at the same pages.
    std::shared_ptr<const char> share(std::span<const char> bytes) const;
    void barrier() const;
    /// Leaves MPI together with all other ranks and ends the process at once, whatever its other threads are doing. `meanwhile`
    /// is called until everybody is there.
    [[noreturn]] void quit(int status, const std::function<void()>& meanwhile = {}) const;
    /// Ends all ranks at once, for when this one cannot go on and the others would wait for it for ever.
    [[noreturn]] void abort(int status) const;

    /// `Open MPI v4.1.4, ...`
    static std::string library();

  private:
    bool started_ = false;  ///< MPI
    int rank_ = 0, size_ = 1;
    std::string remark_;
};

}  // namespace collapse::mpi
