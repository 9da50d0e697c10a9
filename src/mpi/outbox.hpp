#pragma once

#include <list>
#include <string>

namespace collapse::mpi {

/// Messages under way. None is waited for when it is sent: the receiver may be busy or lost.
class Outbox {
  public:
    Outbox();
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;
    ~Outbox();

    void post(int rank, int tag, std::string bytes);
    /// Forgets what has been sent; says whether that is all.
    bool clear_sent();
    /// Waits until all has been sent.
    void flush();

  private:
    struct Entry;
    std::list<Entry> entries_;
};

}  // namespace collapse::mpi
