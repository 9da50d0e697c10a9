#include "outbox.hpp"

#include <utility>

#include <mpi.h>

#include "collapse/mpi/wait.hpp"

namespace collapse::mpi {

struct Outbox::Entry {
    std::string bytes;
    MPI_Request request = MPI_REQUEST_NULL;
};

Outbox::Outbox() = default;
Outbox::~Outbox() = default;

void Outbox::post(int rank, int tag, std::string bytes)
{
    Entry& entry = entries_.emplace_back(Entry{std::move(bytes)});
    MPI_Isend(entry.bytes.data(), static_cast<int>(entry.bytes.size()), MPI_BYTE, rank, tag, MPI_COMM_WORLD, &entry.request);
}

bool Outbox::clear_sent()
{
    entries_.remove_if([](Entry& entry) {
        int sent = 0;
        MPI_Test(&entry.request, &sent, MPI_STATUS_IGNORE);
        return sent != 0;
    });
    return entries_.empty();
}

void Outbox::flush()
{
    for (Entry& entry : entries_) wait_idly(&entry.request);
    entries_.clear();
}

}  // namespace collapse::mpi
