#pragma once

#include <list>
#include <optional>
#include <string>

namespace collapse::mpi {

struct Message {
    int rank = 0;
    int tag = 0;
    std::string bytes;
};

/// Messages that come in while this rank does something else. None is waited for: a long one needs its sender to look after it
/// several times, and senders look every millisecond, so that a blocking receive would spin that long.
class Inbox {
  public:
    /// `source`: a rank, or MPI_ANY_SOURCE.
    explicit Inbox(int source);
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;
    ~Inbox();

    /// A message that has come in whole, if there is one; those of one rank in their order.
    std::optional<Message> next();

  private:
    struct Entry;
    void accept();

    int source_;
    std::list<Entry> entries_;  ///< begun, oldest first
};

}  // namespace collapse::mpi
